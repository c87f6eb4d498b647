


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;


CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);



CREATE TABLE public.column_chunks (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    signal character varying(63) NOT NULL COLLATE pg_catalog."C",
    first_row bigint NOT NULL,
    crc32 bigint NOT NULL,
    data bytea NOT NULL,
    continues boolean DEFAULT false NOT NULL
)
WITH (toast_tuple_target='8160');
ALTER TABLE ONLY public.column_chunks ALTER COLUMN data SET STORAGE EXTERNAL;



CREATE TABLE public.coverages (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    number integer NOT NULL,
    mask bytea NOT NULL,
    crc32 bigint NOT NULL
);



CREATE TABLE public.decision_rows (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    first_row bigint NOT NULL,
    rows bigint NOT NULL,
    positions bytea NOT NULL,
    propensities bytea NOT NULL,
    chosen_by bytea NOT NULL,
    probabilities bytea,
    predicted_class bytea,
    crc32 bigint NOT NULL
);



CREATE TABLE public.decisions (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    blend json NOT NULL,
    batch_size bigint NOT NULL,
    seed character varying(20) NOT NULL,
    policy text NOT NULL,
    policy_version text NOT NULL,
    reason text NOT NULL,
    unmet json NOT NULL,
    stop boolean NOT NULL,
    stop_reason text NOT NULL,
    created timestamp with time zone NOT NULL,
    stop_confidence double precision DEFAULT '0'::double precision NOT NULL,
    stop_rules json,
    schedule json,
    forecast json,
    retrain boolean DEFAULT true NOT NULL
);



CREATE TABLE public.experiments (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    id character varying(63) NOT NULL COLLATE pg_catalog."C",
    uid character varying(32) NOT NULL,
    pool_size bigint NOT NULL,
    pool_fingerprint text NOT NULL,
    classes integer,
    label_budget bigint,
    share_level integer NOT NULL,
    seed character varying(20) NOT NULL,
    state integer NOT NULL,
    batch_size bigint,
    strategy text,
    random_share double precision NOT NULL,
    labeled_count bigint NOT NULL,
    abstained_count bigint NOT NULL,
    loop_count integer NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    log_for_training boolean DEFAULT true NOT NULL,
    keep_loops integer,
    label_cost double precision DEFAULT '1'::double precision NOT NULL,
    retrain_cost double precision DEFAULT '0'::double precision NOT NULL,
    deadline timestamp with time zone,
    target_accuracy double precision,
    stop_confidence double precision,
    inference_share double precision
);



CREATE TABLE public.inference (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    mask bytea NOT NULL,
    crc32 bigint NOT NULL
);



CREATE TABLE public.loop_features (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    name character varying(256) NOT NULL COLLATE pg_catalog."C",
    value double precision NOT NULL
);



CREATE TABLE public.loop_metrics (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    name character varying(256) NOT NULL COLLATE pg_catalog."C",
    value double precision NOT NULL
);



CREATE TABLE public.loops (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    labeled_count bigint NOT NULL,
    abstained_count bigint NOT NULL,
    created timestamp with time zone NOT NULL
);



CREATE TABLE public.model_files (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    version character varying(64) NOT NULL COLLATE pg_catalog."C",
    name character varying(256) NOT NULL COLLATE pg_catalog."C",
    data bytea NOT NULL,
    crc32 bigint NOT NULL
);



CREATE TABLE public.model_roles (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    role character varying(16) NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    version text NOT NULL,
    below integer NOT NULL,
    created timestamp with time zone NOT NULL
);



CREATE TABLE public.models (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    version character varying(64) NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    published timestamp with time zone NOT NULL
);



CREATE TABLE public.outcomes (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    loop integer NOT NULL,
    abstained boolean NOT NULL,
    correct boolean,
    loss double precision,
    cost double precision,
    seconds double precision,
    annotator text NOT NULL
);



CREATE TABLE public.requests (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    id character varying(256) NOT NULL COLLATE pg_catalog."C",
    method text NOT NULL,
    digest bytea NOT NULL,
    response bytea NOT NULL,
    created timestamp with time zone NOT NULL
);



CREATE TABLE public.shadow_decisions (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    version text NOT NULL,
    blend json NOT NULL,
    batch_size bigint NOT NULL,
    reason text NOT NULL,
    created timestamp with time zone NOT NULL
);



CREATE TABLE public.signal_columns (
    tenant character varying(63) NOT NULL COLLATE pg_catalog."C",
    experiment character varying(63) NOT NULL COLLATE pg_catalog."C",
    loop integer NOT NULL,
    signal character varying(63) NOT NULL COLLATE pg_catalog."C",
    dtype character varying(8) NOT NULL,
    width integer NOT NULL,
    rows bigint NOT NULL,
    checksum bigint NOT NULL,
    running bigint NOT NULL,
    coverage integer,
    aged_out boolean DEFAULT false NOT NULL
);



INSERT INTO public.alembic_version VALUES ('0007');



INSERT INTO public.column_chunks VALUES ('default', 'run', 0, 'sketch', 0, 2334993300, '\xe8be84ba93bd74ba07c13e2f44bc17b6242fa0ac133b00399cbe302353bd4ab43e37f3b48ab86fb5ddbf1b3ad6b5063141ae5bb769225cbc523999b0c8a859bab9bc8e378dbf06b9a5b6eab3e7bebcba01baaa366c3149b2aebb33381abec6b658bb3c32d9bcceace82a6d2080bcbdbb003d2fb8f3b01529cb3c09b1703492b256b03db6a43c223426afadae8bb7703a5b382839443b443b09bf43b796bdcfb8af3819b346326a21bebd25b8cdb6dabe87c1043885c0a4ae933737382f381db003ba04b32d31322586b81e3c02bf33b7a039a9b5eb294a3962bee1bb5dc01ab8cfba3db019bce63776be60b245c042bdc2c00abdfdc09ead45bba6bad4c206b2e89cb7b86f3c79bc85a42eb999bda0bbddb7dc9928b77bb7a7bc77b6e8baefbce1b819b8ada9fcb1e2bf93bfe2bc27be30c0d7392e340cb4d8b296b49a350db2', false);
INSERT INTO public.column_chunks VALUES ('default', 'run', 1, 'probabilities', 0, 1996178610, '\x4143373eabaaaa3eb5b3f93ebfb5323eabaaaa3e76fafb3e48b6323eabaaaa3e32fafb3e61a23b3eabaaaa3e2584f73e95cd403eabaaaa3e8beef43e2711343eabaaaa3ec24cfb3e1fde3b3eabaaaa3e4666f73e4a7f373eabaaaa3eb095f93eb7cd373eabaaaa3e7a6ef93e62fe3e3eabaaaa3e24d6f53e0a173d3eabaaaa3ed0c9f63e1cff493eabaaaa3ec755f03ed768413eabaaaa3eeaa0f43e2d33333eabaaaa3ebfbbfb3e8b86323eabaaaa3e1012fc3eba62323eabaaaa3ef823fc3e04693c3eabaaaa3ed420f73e4a2d303eabaaaa3eb03efd3e200c393eabaaaa3e45cff83e01eb343eabaaaa3ed5dffa3e91412f3eabaaaa3e8db4fd3ecc1b343eabaaaa3e6f47fb3e5105413eabaaaa3eadd2f43e8375363eabaaaa3e941afa3e0ca8343eabaaaa3e4f01fb3ed46e453eabaaaa3eeb9df23e7ccf323eabaaaa3e98edfb3edf702f3eabaaaa3ee69cfd3e8b6b2f3eabaaaa3e909ffd3e52c1313eabaaaa3eac74fc3eb45c3e3eabaaaa3efb26f63ee1d7553eabaaaa3e6569ea3e13d13d3eabaaaa3ecc6cf63e02c5473eabaaaa3ed472f13e55fa2f3eabaaaa3e2b58fd3e8423323eabaaaa3e9343fc3e', false);
INSERT INTO public.column_chunks VALUES ('default', 'run', 2, 'probabilities', 0, 3072391534, '\x317f393eabaaaa3ebd95f83e99c1333eabaaaa3e8974fb3e5908323eabaaaa3e2951fc3e259e3e3eabaaaa3e4306f63ee4143d3eabaaaa3ee3caf63ed49f343eabaaaa3e6b05fb3e1a1d3a3eabaaaa3ec846f83ed4a1353eabaaaa3e6b84fa3e22ca383eabaaaa3e44f0f83e1e683f3eabaaaa3e46a1f53edeb83b3eabaaaa3ee778f73e97534c3eabaaaa3e8a2bef3e2ee03e3eabaaaa3e3ee5f53e0f2f323eabaaaa3ece3dfc3ecf8b313eabaaaa3e6e8ffc3e5bda313eabaaaa3e2868fc3e79ee3a3eabaaaa3e19def73e16b42f3eabaaaa3e4a7bfd3e867d353eabaaaa3e9296fa3e23b22f3eabaaaa3e447cfd3e45e9323eabaaaa3eb3e0fb3e233d363eabaaaa3ec436fa3e0e8d333eabaaaa3ece8efb3ecea2333eabaaaa3eee83fb3e3d03303eabaaaa3eb753fd3e5cb82f3eabaaaa3e2779fd3eaf43313eabaaaa3e7eb3fc3ef1a3503eabaaaa3e5d03ed3eaa8b3f3eabaaaa3e808ff53e2b50463eabaaaa3e402df23ec67b303eabaaaa3e7217fd3e0d6b323eabaaaa3ecf1ffc3e', false);
INSERT INTO public.column_chunks VALUES ('default', 'run', 3, 'probabilities', 0, 3986130240, '\xd610383eabaaaa3eea4cf93ea116333eabaaaa3e05cafb3e7fb7323eabaaaa3e96f9fb3e3ff43b3eabaaaa3e365bf73e7b693f3eabaaaa3e98a0f53e9156343eabaaaa3e0d2afb3e7168373eabaaaa3e1da1f93eb95e373eabaaaa3ef9a5f93e66f73d3eabaaaa3ea259f63e9bf03d3eabaaaa3e085df63e67e3473eabaaaa3ea263f13ec756403eabaaaa3ef229f53e35d4323eabaaaa3e3bebfb3ea752323eabaaaa3e022cfc3e53a2323eabaaaa3e2c04fc3ef10e303eabaaaa3edd4dfd3efb14363eabaaaa3ed84afa3e16422f3eabaaaa3e4bb4fd3e05fd333eabaaaa3ed356fb3e36a7353eabaaaa3eba81fa3ee92e343eabaaaa3ee13dfb3e51f0323eabaaaa3e2dddfb3e1f792f3eabaaaa3ec698fd3e143d2f3eabaaaa3ecbb6fd3e5f36323eabaaaa3e263afc3e11844a3eabaaaa3e4d13f03e4c50303eabaaaa3e2f2dfd3e9093323eabaaaa3e8e0bfc3e', false);



INSERT INTO public.coverages VALUES ('default', 'run', 1, 1, '\xfff7eff77f', 772707013);
INSERT INTO public.coverages VALUES ('default', 'run', 2, 1, '\xfff7e7e67d', 2647294273);
INSERT INTO public.coverages VALUES ('default', 'run', 3, 1, '\xbff7e5e671', 3473621325);



INSERT INTO public.decision_rows VALUES ('default', 'run', 0, 0, 4, '\x14000000000000000b000000000000001b000000000000002700000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', NULL, NULL, 3671243202);
INSERT INTO public.decision_rows VALUES ('default', 'run', 1, 0, 4, '\x210000000000000013000000000000001c000000000000001800000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', '\xb45c3e3eabaaaa3efb26f63e200c393eabaaaa3e45cff83ed46e453eabaaaa3eeb9df23e5105413eabaaaa3eadd2f43e', '\x02000000020000000200000002000000', 1371935357);
INSERT INTO public.decision_rows VALUES ('default', 'run', 2, 0, 4, '\x2300000000000000060000000000000011000000000000002200000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', '\xaa8b3f3eabaaaa3e808ff53e1a1d3a3eabaaaa3ec846f83e79ee3a3eabaaaa3e19def73ef1a3503eabaaaa3e5d03ed3e', '\x02000000020000000200000002000000', 3237538265);
INSERT INTO public.decision_rows VALUES ('default', 'run', 3, 0, 4, '\x040000000000000007000000000000000d000000000000001500000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', '\x7b693f3eabaaaa3e98a0f53e7168373eabaaaa3e1da1f93ec756403eabaaaa3ef229f53efb14363eabaaaa3ed84afa3e', '\x02000000020000000200000002000000', 3216092378);



INSERT INTO public.decisions VALUES ('default', 'run', 0, '{"mode": "SHARES", "parts": [["typicality", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '12467808127879573787', 'prior', '2', '0.0 labels per class so far and no model yet: typical records, of regions that have no label.', '[{"strategy": "badge", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "cal", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "class_balanced_margin", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "class_boundaries", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "clue", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "cluster_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "density_weighted", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "dynamics_entropy", "missing_signals": ["dynamics_entropy"], "reason": "dynamics_entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "entropy", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "epsilon_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "facility_location", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "fhs", "missing_signals": ["entropy", "entropy_fluctuation"], "reason": "entropy was not reported, nor probabilities, from which it follows. entropy_fluctuation was not reported, nor entropy, from which it follows."}, {"strategy": "forgetting", "missing_signals": ["forgetting"], "reason": "forgetting was not reported, nor predicted_class, from which it follows."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "history_uncertainty", "missing_signals": ["margin_history"], "reason": "margin_history was not reported, nor margin, from which it follows."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_dispersion", "missing_signals": ["label_dispersion"], "reason": "label_dispersion was not reported, nor predicted_class, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_confidence", "missing_signals": ["least_confidence"], "reason": "least_confidence was not reported, nor probabilities, from which it follows."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "margin_density", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "power_entropy", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "power_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "prediction_flips", "missing_signals": ["prediction_flips"], "reason": "prediction_flips was not reported, nor predicted_class, from which it follows."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "rarest_class", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "ratio", "missing_signals": ["ratio"], "reason": "ratio was not reported, nor probabilities, from which it follows."}, {"strategy": "refine", "missing_signals": ["margin", "entropy"], "reason": "margin was not reported, nor probabilities, from which it follows. entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "target_classes", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "target_groups", "missing_signals": ["group", "margin"], "reason": "group was not reported. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "temporal_discrepancy", "missing_signals": ["output_discrepancy"], "reason": "output_discrepancy was not reported, nor probabilities, from which it follows."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}, {"strategy": "wshs", "missing_signals": ["entropy_history"], "reason": "entropy_history was not reported, nor entropy, from which it follows."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 09:39:03.864213+00', 0, '[]', '[]', NULL, true);
INSERT INTO public.decisions VALUES ('default', 'run', 1, '{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '11425928242767342472', 'prior', '2', '1.3 labels per class so far: spread over the uncertain regions, where there is no label yet.', '[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "dynamics_entropy", "missing_signals": ["dynamics_entropy"], "reason": "dynamics_entropy follows from probabilities over loops, and there is none of an earlier loop yet."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "fhs", "missing_signals": ["entropy_fluctuation"], "reason": "entropy_fluctuation follows from entropy over loops, and there is none of an earlier loop yet."}, {"strategy": "forgetting", "missing_signals": ["forgetting"], "reason": "forgetting follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "history_uncertainty", "missing_signals": ["margin_history"], "reason": "margin_history follows from margin over loops, and there is none of an earlier loop yet."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_dispersion", "missing_signals": ["label_dispersion"], "reason": "label_dispersion follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_flips", "missing_signals": ["prediction_flips"], "reason": "prediction_flips follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "temporal_discrepancy", "missing_signals": ["output_discrepancy"], "reason": "output_discrepancy follows from probabilities over loops, and there is none of an earlier loop yet."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}, {"strategy": "wshs", "missing_signals": ["entropy_history"], "reason": "entropy_history follows from entropy over loops, and there is none of an earlier loop yet."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 09:39:09.032238+00', 0, '[]', '[]', NULL, true);
INSERT INTO public.decisions VALUES ('default', 'run', 2, '{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '11475712343069784169', 'prior', '2', '2.7 labels per class so far: spread over the uncertain regions, where there is no label yet.', '[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 09:39:14.840774+00', 0, '[]', '[]', NULL, true);
INSERT INTO public.decisions VALUES ('default', 'run', 3, '{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '12505594170494392219', 'prior', '2', '4.0 labels per class so far: spread over the uncertain regions, where there is no label yet.', '[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 09:39:20.762864+00', 0, '[]', '[]', NULL, false);



INSERT INTO public.experiments VALUES ('default', 'run', 'e9c1fbbbc1fe46f4945ccc552f89a1c0', 40, '21a88770a06052666a1ee7e22277b43a21d6f209d51eeb713a82e77cf879c051', 3, 24, 4, '3', 1, 4, NULL, 0.05, 13, 0, 4, '2026-11-21 09:39:00.548222+00', '2026-11-21 09:39:24.308335+00', true, NULL, 1, 0, NULL, NULL, NULL, NULL);






INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'batch_share', 0.1);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'batch_size', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'budget_spent', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'classes', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_density', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_entropy', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_least_confidence', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_loss', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_margin', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_predicted_class', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_probabilities', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'has_sketch', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'labeled_count', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'labels_per_class', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'loop', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'neighbour_distance', 0.7020899573991288);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'pool_size', 40);
INSERT INTO public.loop_features VALUES ('default', 'run', 0, 'unlabeled_share', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labels/classes_seen', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labels/commonest_share', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labels/label_balance', 0.946394630357186);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labels/neighbour_agreement', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labels/rarest_share', 0.25);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'batch_share', 0.1111111111111111);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'batch_size', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'budget_spent', 0.16666666666666666);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'classes', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'classes_seen', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'commonest_share', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'coverage_q50', 1.342919672043338);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'coverage_q90', 2.3116193116276476);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_mean', 0.9337408641974131);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q10', 0.9258027970790863);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q25', 0.9282097220420837);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q50', 0.9320192337036133);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q75', 0.9381928145885468);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q90', 0.9427167773246765);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_density', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_entropy', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_least_confidence', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_loss', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_margin', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_predicted_class', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_probabilities', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_sketch', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'label_balance', 0.946394630357186);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labeled_count', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labels_per_class', 1.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'loop', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_mean', 0.152593861023585);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q10', 0.14249227941036224);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q25', 0.14783229678869247);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q50', 0.1547582596540451);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q75', 0.15885691344738007);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q90', 0.1613827496767044);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'neighbour_agreement', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'neighbour_distance', 0.7326296118594835);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'pool_size', 40);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'predicted_balance', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'predicted_classes', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'rarest_share', 0.25);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'unlabeled_share', 0.9);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labels/classes_seen', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labels/commonest_share', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labels/label_balance', 0.946394630357186);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labels/neighbour_agreement', 0.75);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labels/rarest_share', 0.25);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'batch_share', 0.125);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'batch_size', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'budget_spent', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'classes', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'classes_seen', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'commonest_share', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'correct_last', 0.25);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'correct_mean', 0.25);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'coverage_q50', 1.0854126870369796);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'coverage_q90', 1.9419486264087034);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_mean', 0.9327761568129063);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q10', 0.9257861495018005);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q25', 0.9275848716497421);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q50', 0.930396318435669);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q75', 0.9365780651569366);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q90', 0.9395225048065186);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_density', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_entropy', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_least_confidence', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_loss', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_margin', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_predicted_class', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_probabilities', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_sketch', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'label_balance', 0.946394630357186);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labeled_count', 8);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labels_per_class', 2.6666666666666665);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'loop', 2);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_mean', 0.1536880936473608);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_mean_change', 0.0010942326237758093);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q10', 0.14629065990447998);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q25', 0.149679034948349);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q50', 0.15651951730251312);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q75', 0.15951722115278244);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q90', 0.16139999330043792);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'neighbour_agreement', 0.75);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'neighbour_distance', 0.8242322172792242);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'pool_size', 40);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'predicted_balance', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'predicted_classes', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'rarest_share', 0.25);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'unlabeled_share', 0.8);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labels/classes_seen', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labels/commonest_share', 0.4166666666666667);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labels/label_balance', 0.9358932809493993);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labels/neighbour_agreement', 0.75);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labels/rarest_share', 0.16666666666666666);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'batch_share', 0.14285714285714285);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'batch_size', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'budget_spent', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'classes', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'classes_seen', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'commonest_share', 0.4166666666666667);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'correct_last', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'correct_mean', 0.125);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'coverage_q50', 0.9726392024725727);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'coverage_q90', 1.8842674289636876);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_mean', 0.9317496184791837);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q10', 0.925619649887085);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q25', 0.9280705600976944);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q50', 0.9295137524604797);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q75', 0.933940514922142);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q90', 0.9396544218063354);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_density', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_entropy', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_least_confidence', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_loss', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_margin', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_predicted_class', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_probabilities', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_sketch', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'label_balance', 0.9358932809493993);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labeled_count', 12);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labels_per_class', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'loop', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_mean', 0.15487473883799144);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_mean_change', 0.0011866451906306363);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q10', 0.14613595008850097);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q25', 0.15263229608535767);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q50', 0.1574682891368866);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q75', 0.15900421142578125);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q90', 0.16157278716564177);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'neighbour_agreement', 0.75);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'neighbour_distance', 0.8640604806566207);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'pool_size', 40);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'predicted_balance', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'predicted_classes', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'rarest_share', 0.16666666666666666);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'unlabeled_share', 0.7);



INSERT INTO public.loop_metrics VALUES ('default', 'run', 1, 'labels', 4);
INSERT INTO public.loop_metrics VALUES ('default', 'run', 2, 'labels', 8);
INSERT INTO public.loop_metrics VALUES ('default', 'run', 3, 'labels', 12);



INSERT INTO public.loops VALUES ('default', 'run', 0, 0, 0, '2026-11-21 09:39:02.326771+00');
INSERT INTO public.loops VALUES ('default', 'run', 1, 4, 0, '2026-11-21 09:39:07.956253+00');
INSERT INTO public.loops VALUES ('default', 'run', 2, 8, 0, '2026-11-21 09:39:13.140204+00');
INSERT INTO public.loops VALUES ('default', 'run', 3, 12, 0, '2026-11-21 09:39:19.478552+00');












INSERT INTO public.outcomes VALUES ('default', 'run', 11, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 20, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 27, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 39, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 19, 1, false, true, 0.7216364741325378, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 24, 1, false, false, 1.6686739921569824, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 28, 1, false, false, 1.6460728645324707, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 33, 1, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 6, 2, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 17, 2, false, false, 1.7007293701171875, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 34, 2, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 35, 2, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 4, 3, false, false, 1.0986123085021973, NULL, NULL, '');



INSERT INTO public.requests VALUES ('default', 'aafc39a838f24a29ac76ef2ef8a8b0b2', 'CreateExperiment', '\xe4ffea7ddeb19e8e3ee1580f1188a3ca7d6159071d76f82e72b5b610e3b62819', '\x0a0f6578706572696d656e74732f72756e1220653963316662626263316665343666343934356363633535326638396131633018012003282832403231613838373730613036303532363636613165653765323232373762343361323164366632303964353165656237313361383265373763663837396330353138184004480350015804699a9999999999a93f8a010c08b4cd85d80610b0e8b4850292010c08b4cd85d80610b0e8b48502980101a901000000000000f03fb1010000000000000000', '2026-11-21 09:39:00.548222+00');
INSERT INTO public.requests VALUES ('default', 'ff01a66a82f54000b2b36846d019e2b3', 'PutColumnChunk', '\x99feeeaa130c31f1216a97112ac69f7018d64794f70a056ed65e9c22be82e82a', '\x0828', '2026-11-21 09:39:01.517385+00');
INSERT INTO public.requests VALUES ('default', '83041fb5a79042eebc5cc60aff68c539', 'ReportLoop', '\x7cb3fe647f2842ad3f375bf55cb9b874ceb88ab7b3249910dd07809b271afff7', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f3032160a06736b6574636812033c6632182820042da9003e7d4a0c08b6cd85d80610b8c2e89b01', '2026-11-21 09:39:02.326771+00');
INSERT INTO public.requests VALUES ('default', 'e9cc61c7cfa04eda891abf498a43f5bd', 'Decide', '\x8cacf273628656b692183c57804a2c87dc24f7752f9b1b05bf8e20a921c8ceef', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f302f6465636973696f6e122b080112150a0a7479706963616c69747911000000000000f03f19000000000000f03f219a9999999999a93f1804209be2f5eff5ada383ad012a057072696f723201323a5d302e30206c6162656c732070657220636c61737320736f2066617220616e64206e6f206d6f64656c207965743a207479706963616c207265636f7264732c206f6620726567696f6e7320746861742068617665206e6f206c6162656c2e42370a056261646765120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e42350a0363616c120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e42c1010a15636c6173735f62616c616e6365645f6d617267696e120f7072656469637465645f636c61737312066d617267696e1a8e017072656469637465645f636c61737320776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42420a10636c6173735f626f756e646172696573120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e42360a04636c7565120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e425c0a0e636c75737465725f6d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42600a1064656e736974795f77656967687465641207656e74726f70791a43656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e42720a1064796e616d6963735f656e74726f7079121064796e616d6963735f656e74726f70791a4c64796e616d6963735f656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42570a07656e74726f70791207656e74726f70791a43656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e425c0a0e657073696c6f6e5f6d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e425f0a11666163696c6974795f6c6f636174696f6e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42b3010a036668731207656e74726f70791213656e74726f70795f666c756374756174696f6e1a8d01656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e20656e74726f70795f666c756374756174696f6e20776173206e6f74207265706f727465642c206e6f7220656e74726f70792c2066726f6d20776869636820697420666f6c6c6f77732e42620a0a666f7267657474696e67120a666f7267657474696e671a48666f7267657474696e6720776173206e6f74207265706f727465642c206e6f72207072656469637465645f636c6173732c2066726f6d20776869636820697420666f6c6c6f77732e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e426a0a13686973746f72795f756e6365727461696e7479120e6d617267696e5f686973746f72791a436d617267696e5f686973746f727920776173206e6f74207265706f727465642c206e6f72206d617267696e2c2066726f6d20776869636820697420666f6c6c6f77732e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42740a106c6162656c5f64697370657273696f6e12106c6162656c5f64697370657273696f6e1a4e6c6162656c5f64697370657273696f6e20776173206e6f74207265706f727465642c206e6f72207072656469637465645f636c6173732c2066726f6d20776869636820697420666f6c6c6f77732e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42720a106c656173745f636f6e666964656e636512106c656173745f636f6e666964656e63651a4c6c656173745f636f6e666964656e636520776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42540a066d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e425c0a0e6d617267696e5f64656e7369747912066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e425d0a0d706f7765725f656e74726f70791207656e74726f70791a43656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e425a0a0c706f7765725f6d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42740a1070726564696374696f6e5f666c697073121070726564696374696f6e5f666c6970731a4e70726564696374696f6e5f666c69707320776173206e6f74207265706f727465642c206e6f72207072656469637465645f636c6173732c2066726f6d20776869636820697420666f6c6c6f77732e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e42b8010a0c7261726573745f636c617373120f7072656469637465645f636c61737312066d617267696e1a8e017072656469637465645f636c61737320776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42510a05726174696f1205726174696f1a41726174696f20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42a2010a06726566696e6512066d617267696e1207656e74726f70791a86016d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e20656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42ba010a0e7461726765745f636c6173736573120f7072656469637465645f636c61737312066d617267696e1a8e017072656469637465645f636c61737320776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e427a0a0d7461726765745f67726f757073120567726f757012066d617267696e1a5a67726f757020776173206e6f74207265706f727465642e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e427a0a1474656d706f72616c5f64697363726570616e637912126f75747075745f64697363726570616e63791a4e6f75747075745f64697363726570616e637920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e425e0a0477736873120f656e74726f70795f686973746f72791a45656e74726f70795f686973746f727920776173206e6f74207265706f727465642c206e6f7220656e74726f70792c2066726f6d20776869636820697420666f6c6c6f77732e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520c08b7cd85d8061088b08b9c036801', '2026-11-21 09:39:04.642289+00');
INSERT INTO public.requests VALUES ('default', '9faa44c3dae8469f863623b627413d2a', 'ReportLabels', '\xf142575fc913f924af30165477ddc6a7bcc8efbe933b379d33b06af7d107ebfe', '\x0804', '2026-11-21 09:39:06.236179+00');
INSERT INTO public.requests VALUES ('default', '1cf2933d7a2d4d8eabe53812098945cf', 'PutColumnChunk', '\x39181e718c138f3a0b46cf60b9985294ce257afbde7183198a0b88b86c2baf45', '\x0824', '2026-11-21 09:39:07.384146+00');
INSERT INTO public.requests VALUES ('default', 'bfa90a8e87c04421ae6e657bb37e17bf', 'ReportLoop', '\x77961bf4d8ca30c68fbfff074951a4e9a673a87ad7351a9e79c232fcc5793e4b', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f31100118042a110a066c6162656c73110000000000001040321f0a0d70726f626162696c697469657312033c6634182420032d6e9082af30014a0c08bbcd85d80610c886fdc70352170a0c636c61737365735f7365656e11000000000000f03f521a0a0f636f6d6d6f6e6573745f736861726511000000000000e03f52180a0d6c6162656c5f62616c616e636511dacf4f64dd48ee3f521e0a136e65696768626f75725f61677265656d656e7411000000000000e03f52170a0c7261726573745f736861726511000000000000d03f', '2026-11-21 09:39:07.956253+00');
INSERT INTO public.requests VALUES ('default', '84235de0db744150961992cab3a4c551', 'Decide', '\xc618e12691438a2d45bb09c889eedb5f928194a90946adc485b04614adcaa897', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f312f6465636973696f6e1227080112110a06726566696e6511000000000000f03f19000000000000f03f219a9999999999a93f18042088d780dab1a6c3c89e012a057072696f723201323a5c312e33206c6162656c732070657220636c61737320736f206661723a20737072656164206f7665722074686520756e6365727461696e20726567696f6e732c207768657265207468657265206973206e6f206c6162656c207965742e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e4287010a1064796e616d6963735f656e74726f7079121064796e616d6963735f656e74726f70791a6164796e616d6963735f656e74726f707920666f6c6c6f77732066726f6d2070726f626162696c6974696573206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e427a0a036668731213656e74726f70795f666c756374756174696f6e1a5e656e74726f70795f666c756374756174696f6e20666f6c6c6f77732066726f6d20656e74726f7079206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42770a0a666f7267657474696e67120a666f7267657474696e671a5d666f7267657474696e6720666f6c6c6f77732066726f6d207072656469637465645f636c617373206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e427f0a13686973746f72795f756e6365727461696e7479120e6d617267696e5f686973746f72791a586d617267696e5f686973746f727920666f6c6c6f77732066726f6d206d617267696e206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e4289010a106c6162656c5f64697370657273696f6e12106c6162656c5f64697370657273696f6e1a636c6162656c5f64697370657273696f6e20666f6c6c6f77732066726f6d207072656469637465645f636c617373206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e4289010a1070726564696374696f6e5f666c697073121070726564696374696f6e5f666c6970731a6370726564696374696f6e5f666c69707320666f6c6c6f77732066726f6d207072656469637465645f636c617373206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e422f0a0d7461726765745f67726f757073120567726f75701a1767726f757020776173206e6f74207265706f727465642e428f010a1474656d706f72616c5f64697363726570616e637912126f75747075745f64697363726570616e63791a636f75747075745f64697363726570616e637920666f6c6c6f77732066726f6d2070726f626162696c6974696573206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e42730a0477736873120f656e74726f70795f686973746f72791a5a656e74726f70795f686973746f727920666f6c6c6f77732066726f6d20656e74726f7079206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520b08bdcd85d80610b0d3af0f6801', '2026-11-21 09:39:09.530498+00');
INSERT INTO public.requests VALUES ('default', 'f274e03383bf49b78c9d920dc208453f', 'ReportLabels', '\xc91df6b29c6c7b81553162b49de1b3672fee2214e841caccdddc12e8dc1e86b6', '\x0808', '2026-11-21 09:39:10.872244+00');
INSERT INTO public.requests VALUES ('default', '469a3182565041f385241bf2d0665bbb', 'PutColumnChunk', '\x98cc76f0a29ca30eb729ea51dfed69feae5586286d3a099d0f55aacae50b5d04', '\x0820', '2026-11-21 09:39:12.256132+00');
INSERT INTO public.requests VALUES ('default', 'b1d6c76bb46048bfa660a7258686bdbc', 'ReportLoop', '\x6ecbb8346b17c3c28c63808b4d86dd9aba3417e67714c6c4b4b1028cc4fab568', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f32100218082a110a066c6162656c73110000000000002040321f0a0d70726f626162696c697469657312033c6634182020032dfe15298030014a0b08c1cd85d80610e0afed4252170a0c636c61737365735f7365656e11000000000000f03f521a0a0f636f6d6d6f6e6573745f736861726511000000000000e03f52180a0d6c6162656c5f62616c616e636511dacf4f64dd48ee3f521e0a136e65696768626f75725f61677265656d656e7411000000000000e83f52170a0c7261726573745f736861726511000000000000d03f', '2026-11-21 09:39:13.140204+00');
INSERT INTO public.requests VALUES ('default', 'c9884416033846b6a28caecb36007c85', 'Decide', '\xf733ed63fbd05c11f4d2d5743c3cfea78d9efb5e2b15dae0af5fc7ade36faa1d', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f322f6465636973696f6e1227080112110a06726566696e6511000000000000f03f19000000000000f03f219a9999999999a93f180420e9f0f5c9b3f2faa09f012a057072696f723201323a5c322e37206c6162656c732070657220636c61737320736f206661723a20737072656164206f7665722074686520756e6365727461696e20726567696f6e732c207768657265207468657265206973206e6f206c6162656c207965742e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e422f0a0d7461726765745f67726f757073120567726f75701a1767726f757020776173206e6f74207265706f727465642e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520c08c2cd85d80610f0e2f490036801', '2026-11-21 09:39:16.477995+00');
INSERT INTO public.requests VALUES ('default', '43c53e0707f544a18f48c005c0c0d391', 'ReportLabels', '\x721b6205b062f25d54a38145eb1ec843b7cd0355bc98cd68c28d68f1ba1058d0', '\x080c', '2026-11-21 09:39:17.324598+00');
INSERT INTO public.requests VALUES ('default', '9148510e349640f7844445383963d145', 'PutColumnChunk', '\xe33f9410cf38e8f09ea9df0b9be22981fed0a4ed5d92ccc278974a9255bf40e8', '\x081c', '2026-11-21 09:39:18.176305+00');
INSERT INTO public.requests VALUES ('default', 'f74f77cf54584f038360397812d90efc', 'ReportLoop', '\x596a5dd2b6293894533f053a456e06fcacc1ba24bc6df79992572c7075d08f1b', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f331003180c2a110a066c6162656c73110000000000002840321f0a0d70726f626162696c697469657312033c6634181c20032d52dc15bd30014a0c08c7cd85d80610c0bf98e40152170a0c636c61737365735f7365656e11000000000000f03f521a0a0f636f6d6d6f6e6573745f736861726511abaaaaaaaaaada3f52180a0d6c6162656c5f62616c616e63651173294777d6f2ed3f521e0a136e65696768626f75725f61677265656d656e7411000000000000e83f52170a0c7261726573745f736861726511555555555555c53f', '2026-11-21 09:39:19.478552+00');
INSERT INTO public.requests VALUES ('default', '368307e0174a49748758874601f52b30', 'Decide', '\x1d55ab0371f01b948436c82ccc3feaa7a447dd7800ac275c5363516dd83ed13d', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f332f6465636973696f6e1227080112110a06726566696e6511000000000000f03f19000000000000f03f219a9999999999a93f1804209baf8eecbff4b2c6ad012a057072696f723201323a5c342e30206c6162656c732070657220636c61737320736f206661723a20737072656164206f7665722074686520756e6365727461696e20726567696f6e732c207768657265207468657265206973206e6f206c6162656c207965742e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e422f0a0d7461726765745f67726f757073120567726f75701a1767726f757020776173206e6f74207265706f727465642e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520c08c8cd85d8061080c3e1eb026800', '2026-11-21 09:39:22.152183+00');
INSERT INTO public.requests VALUES ('default', 'b804e823789647ed954cdacca4f466b2', 'ReportLabels', '\x3a01e440d66d2fc4b7ce4522462ccdb3fc83be00270d8639fad43dcf176a80af', '\x080d', '2026-11-21 09:39:24.308335+00');






INSERT INTO public.signal_columns VALUES ('default', 'run', 0, 'sketch', '<f2', 4, 40, 2101215401, 2101215401, 0, false);
INSERT INTO public.signal_columns VALUES ('default', 'run', 1, 'probabilities', '<f4', 3, 36, 2944569454, 2944569454, 1, false);
INSERT INTO public.signal_columns VALUES ('default', 'run', 2, 'probabilities', '<f4', 3, 32, 2150176254, 2150176254, 1, false);
INSERT INTO public.signal_columns VALUES ('default', 'run', 3, 'probabilities', '<f4', 3, 28, 3172326482, 3172326482, 1, false);



ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);



ALTER TABLE ONLY public.column_chunks
    ADD CONSTRAINT column_chunks_pkey PRIMARY KEY (tenant, experiment, loop, signal, first_row);



ALTER TABLE ONLY public.coverages
    ADD CONSTRAINT coverages_pkey PRIMARY KEY (tenant, experiment, loop, number);



ALTER TABLE ONLY public.decision_rows
    ADD CONSTRAINT decision_rows_pkey PRIMARY KEY (tenant, experiment, loop, first_row);



ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_pkey PRIMARY KEY (tenant, experiment, loop);



ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_pkey PRIMARY KEY (tenant, id);



ALTER TABLE ONLY public.inference
    ADD CONSTRAINT inference_pkey PRIMARY KEY (tenant, experiment, loop);



ALTER TABLE ONLY public.loop_features
    ADD CONSTRAINT loop_features_pkey PRIMARY KEY (tenant, experiment, loop, name);



ALTER TABLE ONLY public.loop_metrics
    ADD CONSTRAINT loop_metrics_pkey PRIMARY KEY (tenant, experiment, loop, name);



ALTER TABLE ONLY public.loops
    ADD CONSTRAINT loops_pkey PRIMARY KEY (tenant, experiment, number);



ALTER TABLE ONLY public.model_files
    ADD CONSTRAINT model_files_pkey PRIMARY KEY (tenant, version, name);



ALTER TABLE ONLY public.model_roles
    ADD CONSTRAINT model_roles_pkey PRIMARY KEY (tenant, role, number);



ALTER TABLE ONLY public.models
    ADD CONSTRAINT models_pkey PRIMARY KEY (tenant, version);



ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT outcomes_pkey PRIMARY KEY (tenant, experiment, "position");



ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (tenant, id);



ALTER TABLE ONLY public.shadow_decisions
    ADD CONSTRAINT shadow_decisions_pkey PRIMARY KEY (tenant, experiment, loop);



ALTER TABLE ONLY public.signal_columns
    ADD CONSTRAINT signal_columns_pkey PRIMARY KEY (tenant, experiment, loop, signal);



CREATE INDEX ix_requests_created ON public.requests USING btree (created);



ALTER TABLE ONLY public.column_chunks
    ADD CONSTRAINT column_chunks_tenant_experiment_loop_signal_fkey FOREIGN KEY (tenant, experiment, loop, signal) REFERENCES public.signal_columns(tenant, experiment, loop, signal) ON DELETE CASCADE;



ALTER TABLE ONLY public.coverages
    ADD CONSTRAINT coverages_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.loops(tenant, experiment, number) ON DELETE CASCADE;



ALTER TABLE ONLY public.decision_rows
    ADD CONSTRAINT decision_rows_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.decisions(tenant, experiment, loop) ON DELETE CASCADE;



ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.loops(tenant, experiment, number) ON DELETE CASCADE;



ALTER TABLE ONLY public.inference
    ADD CONSTRAINT inference_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.decisions(tenant, experiment, loop) ON DELETE CASCADE;



ALTER TABLE ONLY public.loop_features
    ADD CONSTRAINT loop_features_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.loops(tenant, experiment, number) ON DELETE CASCADE;



ALTER TABLE ONLY public.loop_metrics
    ADD CONSTRAINT loop_metrics_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.loops(tenant, experiment, number) ON DELETE CASCADE;



ALTER TABLE ONLY public.loops
    ADD CONSTRAINT loops_tenant_experiment_fkey FOREIGN KEY (tenant, experiment) REFERENCES public.experiments(tenant, id) ON DELETE CASCADE;



ALTER TABLE ONLY public.model_files
    ADD CONSTRAINT model_files_tenant_version_fkey FOREIGN KEY (tenant, version) REFERENCES public.models(tenant, version) ON DELETE CASCADE;



ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT outcomes_tenant_experiment_fkey FOREIGN KEY (tenant, experiment) REFERENCES public.experiments(tenant, id) ON DELETE CASCADE;



ALTER TABLE ONLY public.shadow_decisions
    ADD CONSTRAINT shadow_decisions_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.decisions(tenant, experiment, loop) ON DELETE CASCADE;



ALTER TABLE ONLY public.signal_columns
    ADD CONSTRAINT signal_columns_tenant_experiment_fkey FOREIGN KEY (tenant, experiment) REFERENCES public.experiments(tenant, id) ON DELETE CASCADE;




