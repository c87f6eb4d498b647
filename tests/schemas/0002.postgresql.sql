


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
    data bytea NOT NULL
);
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
    created timestamp with time zone NOT NULL
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
    log_for_training boolean DEFAULT true NOT NULL
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
    coverage integer
);



INSERT INTO public.alembic_version VALUES ('0002');



INSERT INTO public.column_chunks VALUES ('default', 'run', 0, 'sketch', 0, 2334993300, '\xe8be84ba93bd74ba07c13e2f44bc17b6242fa0ac133b00399cbe302353bd4ab43e37f3b48ab86fb5ddbf1b3ad6b5063141ae5bb769225cbc523999b0c8a859bab9bc8e378dbf06b9a5b6eab3e7bebcba01baaa366c3149b2aebb33381abec6b658bb3c32d9bcceace82a6d2080bcbdbb003d2fb8f3b01529cb3c09b1703492b256b03db6a43c223426afadae8bb7703a5b382839443b443b09bf43b796bdcfb8af3819b346326a21bebd25b8cdb6dabe87c1043885c0a4ae933737382f381db003ba04b32d31322586b81e3c02bf33b7a039a9b5eb294a3962bee1bb5dc01ab8cfba3db019bce63776be60b245c042bdc2c00abdfdc09ead45bba6bad4c206b2e89cb7b86f3c79bc85a42eb999bda0bbddb7dc9928b77bb7a7bc77b6e8baefbce1b819b8ada9fcb1e2bf93bfe2bc27be30c0d7392e340cb4d8b296b49a350db2');
INSERT INTO public.column_chunks VALUES ('default', 'run', 1, 'probabilities', 0, 730222203, '\x121c403eabaaaa3e4c47f53e77f72f3eabaaaa3e9a59fd3ef442503eabaaaa3edb33ed3e7d90353eabaaaa3e178dfa3e2238373eabaaaa3e45b9f93ea8e3343eabaaaa3e81e3fa3e1ce0313eabaaaa3e4765fc3e9d36413eabaaaa3e07baf43edb18403eabaaaa3ee848f53e1104383eabaaaa3e4d53f93e7b68553eabaaaa3e18a1ea3efb0b3a3eabaaaa3e584ff83e32bb2f3eabaaaa3ebc77fd3e86652f3eabaaaa3e92a2fd3e86dd2f3eabaaaa3e9266fd3e66d5353eabaaaa3ea26afa3e8c912e3eabaaaa3e8f0cfe3e16be473eabaaaa3e4a76f13e1213363eabaaaa3ecc4bfa3e3932323eabaaaa3e393cfc3e4491303eabaaaa3eb30cfd3e4d26393eabaaaa3e2fc2f83e2da3383eabaaaa3ebf03f93e8c9b303eabaaaa3e8f07fd3e875e453eabaaaa3e12a6f23e2ff7373eabaaaa3ebe59f93eb1c4313eabaaaa3efd72fc3ed8ac303eabaaaa3ee9fefc3ed28e2f3eabaaaa3eec8dfd3ee25c393eabaaaa3ee4a6f83ee8aa423eabaaaa3ee1fff33eece9413eabaaaa3e5f60f43ef04b3b3eabaaaa3e5daff73e0e1c313eabaaaa3e4ec7fc3e2770333eabaaaa3e429dfb3ec3d0343eabaaaa3ef4ecfa3e');
INSERT INTO public.column_chunks VALUES ('default', 'run', 2, 'probabilities', 0, 2690892300, '\x8ab33e3eabaaaa3e90fbf53efc56303eabaaaa3ed729fd3e0688483eabaaaa3e5311f13e57af373eabaaaa3eaa7df93e769f353eabaaaa3e9a85fa3e3e73363eabaaaa3eb61bfa3e9ff0323eabaaaa3e06ddfb3ef8cf3e3eabaaaa3e59edf53ebcda423eabaaaa3ef7e7f33e0472383eabaaaa3e531cf93eb161533eabaaaa3e7da4eb3e9bc53c3eabaaaa3e88f2f63e7068303eabaaaa3e1d21fd3e58f52f3eabaaaa3ea95afd3e783b303eabaaaa3e9937fd3ebddc363eabaaaa3ef7e6f93ef8c52e3eabaaaa3e59f2fd3e083f363eabaaaa3ed135fa3ea12a313eabaaaa3e05c0fc3ec912313eabaaaa3ef1cbfc3e53393a3eabaaaa3eac38f83ef137383eabaaaa3e5d39f93e4548313eabaaaa3e33b1fc3e2206373eabaaaa3e44d2f93e4e47313eabaaaa3eaeb1fc3e97a4303eabaaaa3e0a03fd3e8ffd2f3eabaaaa3e8e56fd3e81d7423eabaaaa3e95e9f33e808e3d3eabaaaa3e158ef63e3723313eabaaaa3ebac3fc3ec9ae323eabaaaa3ef1fdfb3e1108363eabaaaa3e4d51fa3e');
INSERT INTO public.column_chunks VALUES ('default', 'run', 3, 'probabilities', 0, 2862434894, '\x65413f3eabaaaa3ea3b4f53ea635303eabaaaa3e823afd3eda16463eabaaaa3ee849f23e850b383eabaaaa3e934ff93e9a0c353eabaaaa3e08cffa3e9de1373eabaaaa3e8764f93ef67e333eabaaaa3eda95fb3e73d03e3eabaaaa3e1cedf53e5dcc443eabaaaa3e27eff23e989a383eabaaaa3e0908f93e75754e3eabaaaa3e9b1aee3ec46c303eabaaaa3ef31efd3e2910303eabaaaa3e414dfd3ea135303eabaaaa3e853afd3e3fad353eabaaaa3eb67efa3ea7ad2e3eabaaaa3e82fefd3ee31e383eabaaaa3ee445f93e07db303eabaaaa3ed2e7fc3eae2f313eabaaaa3e7ebdfc3e5f2c383eabaaaa3e263ff93e9a0d313eabaaaa3e88cefc3e6eed303eabaaaa3e9edefc3ebd65303eabaaaa3e7722fd3e6058303eabaaaa3e2629fd3e4f9c3d3eabaaaa3e2e87f63e5878313eabaaaa3e2999fc3e6faa323eabaaaa3e1e00fc3e633e363eabaaaa3e2436fa3e');



INSERT INTO public.coverages VALUES ('default', 'run', 1, 1, '\xfdf7eff7ff', 3111535237);
INSERT INTO public.coverages VALUES ('default', 'run', 2, 1, '\xfdf7e7e7f9', 348431449);
INSERT INTO public.coverages VALUES ('default', 'run', 3, 1, '\xfdd7e7c6f1', 917673654);



INSERT INTO public.decision_rows VALUES ('default', 'run', 0, 0, 4, '\x14000000000000000b000000000000001b000000000000000100000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', NULL, NULL, 1668429577);
INSERT INTO public.decision_rows VALUES ('default', 'run', 1, 0, 4, '\x2200000000000000130000000000000021000000000000001c00000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', '\xe8aa423eabaaaa3ee1fff33e16be473eabaaaa3e4a76f13ee25c393eabaaaa3ee4a6f83e875e453eabaaaa3e12a6f23e', '\x02000000020000000200000002000000', 2642106177);
INSERT INTO public.decision_rows VALUES ('default', 'run', 2, 0, 4, '\x230000000000000018000000000000001d000000000000000d00000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', '\x81d7423eabaaaa3e95e9f33e53393a3eabaaaa3eac38f83e2206373eabaaaa3e44d2f93e9bc53c3eabaaaa3e88f2f63e', '\x02000000020000000200000002000000', 2093139843);
INSERT INTO public.decision_rows VALUES ('default', 'run', 3, 0, 4, '\x0600000000000000040000000000000015000000000000001900000000000000', '\x000000000000f03f000000000000f03f000000000000f03f000000000000f03f', '\x00000000', '\x9de1373eabaaaa3e8764f93e850b383eabaaaa3e934ff93ee31e383eabaaaa3ee445f93e5f2c383eabaaaa3e263ff93e', '\x02000000020000000200000002000000', 2606620798);



INSERT INTO public.decisions VALUES ('default', 'run', 0, '{"mode": "SHARES", "parts": [["typicality", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '12467808127879573787', 'prior', '2', '0.0 labels per class so far and no model yet: typical records, of regions that have no label.', '[{"strategy": "badge", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "cal", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "class_balanced_margin", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "class_boundaries", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "clue", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "cluster_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "density_weighted", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "dynamics_entropy", "missing_signals": ["dynamics_entropy"], "reason": "dynamics_entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "entropy", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "epsilon_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "facility_location", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "fhs", "missing_signals": ["entropy", "entropy_fluctuation"], "reason": "entropy was not reported, nor probabilities, from which it follows. entropy_fluctuation was not reported, nor entropy, from which it follows."}, {"strategy": "forgetting", "missing_signals": ["forgetting"], "reason": "forgetting was not reported, nor predicted_class, from which it follows."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "history_uncertainty", "missing_signals": ["margin_history"], "reason": "margin_history was not reported, nor margin, from which it follows."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_dispersion", "missing_signals": ["label_dispersion"], "reason": "label_dispersion was not reported, nor predicted_class, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_confidence", "missing_signals": ["least_confidence"], "reason": "least_confidence was not reported, nor probabilities, from which it follows."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "margin_density", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "power_entropy", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "power_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "prediction_flips", "missing_signals": ["prediction_flips"], "reason": "prediction_flips was not reported, nor predicted_class, from which it follows."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "rarest_class", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "ratio", "missing_signals": ["ratio"], "reason": "ratio was not reported, nor probabilities, from which it follows."}, {"strategy": "refine", "missing_signals": ["margin", "entropy"], "reason": "margin was not reported, nor probabilities, from which it follows. entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "target_classes", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "target_groups", "missing_signals": ["group", "margin"], "reason": "group was not reported. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "temporal_discrepancy", "missing_signals": ["output_discrepancy"], "reason": "output_discrepancy was not reported, nor probabilities, from which it follows."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}, {"strategy": "wshs", "missing_signals": ["entropy_history"], "reason": "entropy_history was not reported, nor entropy, from which it follows."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 04:13:04.00981+00');
INSERT INTO public.decisions VALUES ('default', 'run', 1, '{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '11425928242767342472', 'prior', '2', '1.3 labels per class so far: spread over the uncertain regions, where there is no label yet.', '[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "dynamics_entropy", "missing_signals": ["dynamics_entropy"], "reason": "dynamics_entropy follows from probabilities over loops, and there is none of an earlier loop yet."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "fhs", "missing_signals": ["entropy_fluctuation"], "reason": "entropy_fluctuation follows from entropy over loops, and there is none of an earlier loop yet."}, {"strategy": "forgetting", "missing_signals": ["forgetting"], "reason": "forgetting follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "history_uncertainty", "missing_signals": ["margin_history"], "reason": "margin_history follows from margin over loops, and there is none of an earlier loop yet."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_dispersion", "missing_signals": ["label_dispersion"], "reason": "label_dispersion follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_flips", "missing_signals": ["prediction_flips"], "reason": "prediction_flips follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "temporal_discrepancy", "missing_signals": ["output_discrepancy"], "reason": "output_discrepancy follows from probabilities over loops, and there is none of an earlier loop yet."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}, {"strategy": "wshs", "missing_signals": ["entropy_history"], "reason": "entropy_history follows from entropy over loops, and there is none of an earlier loop yet."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 04:13:04.058171+00');
INSERT INTO public.decisions VALUES ('default', 'run', 2, '{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '11475712343069784169', 'prior', '2', '2.7 labels per class so far: spread over the uncertain regions, where there is no label yet.', '[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 04:13:04.096412+00');
INSERT INTO public.decisions VALUES ('default', 'run', 3, '{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}', 4, '12505594170494392219', 'prior', '2', '4.0 labels per class so far: spread over the uncertain regions, where there is no label yet.', '[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}]', false, 'There is budget left, and there are records to label.', '2026-11-21 04:13:04.133944+00');



INSERT INTO public.experiments VALUES ('default', 'run', 'd2b9c54b200a489fbdf08ac69e98e815', 40, '21a88770a06052666a1ee7e22277b43a21d6f209d51eeb713a82e77cf879c051', 3, 24, 4, '3', 1, 4, NULL, 0.05, 13, 0, 4, '2026-11-21 04:13:03.985691+00', '2026-11-21 04:13:04.156286+00', true);



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
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'batch_share', 0.1111111111111111);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'batch_size', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'budget_spent', 0.16666666666666666);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'classes', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'coverage_q50', 1.7215941297117592);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'coverage_q90', 2.184036684906408);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_mean', 0.9332661165131463);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q10', 0.9255403280258179);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q25', 0.9266674071550369);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q50', 0.931206464767456);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q75', 0.9369382411241531);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'entropy_q90', 0.9432076513767242);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_density', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_entropy', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_least_confidence', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_loss', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_margin', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_predicted_class', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_probabilities', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'has_sketch', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labeled_count', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'labels_per_class', 1.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'loop', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_mean', 0.15307675136460197);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q10', 0.14190907776355743);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q25', 0.1492544636130333);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q50', 0.15564382076263428);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q75', 0.1604807898402214);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'margin_q90', 0.16165530681610107);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'neighbour_distance', 0.7160984301690301);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'pool_size', 40);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'predicted_balance', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'predicted_classes', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 1, 'unlabeled_share', 0.9);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'batch_share', 0.125);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'batch_size', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'budget_spent', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'classes', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'coverage_q50', 1.0636161125657042);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'coverage_q90', 1.8799635146028109);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_mean', 0.9323193468153477);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q10', 0.9259583413600921);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q25', 0.9267799258232117);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q50', 0.9313726723194122);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q75', 0.9355380684137344);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'entropy_q90', 0.9419241309165954);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_density', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_entropy', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_least_confidence', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_loss', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_margin', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_predicted_class', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_probabilities', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'has_sketch', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labeled_count', 8);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'labels_per_class', 2.6666666666666665);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'loop', 2);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_mean', 0.1541900336742401);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_mean_change', 0.0011132823096381417);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q10', 0.14345161914825438);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q25', 0.15085196495056152);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q50', 0.1554633378982544);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q75', 0.1603631004691124);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'margin_q90', 0.16122096180915832);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'neighbour_distance', 0.8016513085501169);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'pool_size', 40);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'predicted_balance', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'predicted_classes', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 2, 'unlabeled_share', 0.8);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'batch_share', 0.14285714285714285);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'batch_size', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'budget_spent', 0.5);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'classes', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'coverage_q50', 0.9726392024725727);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'coverage_q90', 1.7101296257229417);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_mean', 0.931651349578585);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q10', 0.9259268879890442);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q25', 0.9264309853315353);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q50', 0.929682046175003);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q75', 0.9332822263240814);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'entropy_q90', 0.9406562387943268);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_density', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_entropy', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_least_confidence', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_loss', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_margin', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_predicted_class', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_probabilities', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'has_sketch', 1);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labeled_count', 12);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'labels_per_class', 4);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'loop', 3);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_mean', 0.1549431628414563);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_mean_change', 0.0007531291672161766);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q10', 0.1449365496635437);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q25', 0.1533714458346367);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q50', 0.1572858691215515);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q75', 0.16072795540094376);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'margin_q90', 0.16125368773937226);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'neighbour_distance', 0.8640604806566207);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'pool_size', 40);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'predicted_balance', 0);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'predicted_classes', 0.3333333333333333);
INSERT INTO public.loop_features VALUES ('default', 'run', 3, 'unlabeled_share', 0.7);



INSERT INTO public.loop_metrics VALUES ('default', 'run', 1, 'labels', 4);
INSERT INTO public.loop_metrics VALUES ('default', 'run', 2, 'labels', 8);
INSERT INTO public.loop_metrics VALUES ('default', 'run', 3, 'labels', 12);



INSERT INTO public.loops VALUES ('default', 'run', 0, 0, 0, '2026-11-21 04:13:04.002199+00');
INSERT INTO public.loops VALUES ('default', 'run', 1, 4, 0, '2026-11-21 04:13:04.05127+00');
INSERT INTO public.loops VALUES ('default', 'run', 2, 8, 0, '2026-11-21 04:13:04.090536+00');
INSERT INTO public.loops VALUES ('default', 'run', 3, 12, 0, '2026-11-21 04:13:04.127871+00');



INSERT INTO public.outcomes VALUES ('default', 'run', 1, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 11, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 20, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 27, 0, false, NULL, NULL, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 19, 1, false, true, 0.7516122460365295, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 28, 1, false, false, 1.6463954448699951, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 33, 1, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 34, 1, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 13, 2, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 24, 2, false, false, 1.7045220136642456, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 29, 2, false, true, 0.7175785899162292, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 35, 2, false, false, 1.0986123085021973, NULL, NULL, '');
INSERT INTO public.outcomes VALUES ('default', 'run', 6, 3, false, false, 1.0986123085021973, NULL, NULL, '');



INSERT INTO public.requests VALUES ('default', '7ba4d0ae169d45b8922835bfdef5dd24', 'CreateExperiment', '\x088bf04d25fd3834f273cb291288ae87cf6cc4fab4c4063dc6c1fc29752eb0ea', '\x0a0f6578706572696d656e74732f72756e1220643262396335346232303061343839666264663038616336396539386538313518012003282832403231613838373730613036303532363636613165653765323232373762343361323164366632303964353165656237313361383265373763663837396330353138184004480350015804699a9999999999a93f8a010c08cfb484d80610f8e681d60392010c08cfb484d80610f8e681d603980101', '2026-11-21 04:13:03.985691+00');
INSERT INTO public.requests VALUES ('default', '69e4d7be6f1b4218adfe70e84090529a', 'PutColumnChunk', '\x99feeeaa130c31f1216a97112ac69f7018d64794f70a056ed65e9c22be82e82a', '\x0828', '2026-11-21 04:13:03.994065+00');
INSERT INTO public.requests VALUES ('default', '2394dec9cd844c2eb6cc8cea256ed598', 'ReportLoop', '\xe599923ea17c2c2a6deb9efcc5ad46e13e8953afaf23f9af2cf86e9642597b22', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f3032160a06736b6574636812033c6632182820042da9003e7d4a0b08d0b484d80610d89b8601', '2026-11-21 04:13:04.002199+00');
INSERT INTO public.requests VALUES ('default', 'f99a332fa58d4145baa220a0337fa270', 'Decide', '\xba4abe44bc0817e0d3a00720e52730cc5fd757a09394d811bbd619aaf19bdd43', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f302f6465636973696f6e122b080112150a0a7479706963616c69747911000000000000f03f19000000000000f03f219a9999999999a93f1804209be2f5eff5ada383ad012a057072696f723201323a5d302e30206c6162656c732070657220636c61737320736f2066617220616e64206e6f206d6f64656c207965743a207479706963616c207265636f7264732c206f6620726567696f6e7320746861742068617665206e6f206c6162656c2e42370a056261646765120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e42350a0363616c120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e42c1010a15636c6173735f62616c616e6365645f6d617267696e120f7072656469637465645f636c61737312066d617267696e1a8e017072656469637465645f636c61737320776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42420a10636c6173735f626f756e646172696573120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e42360a04636c7565120d70726f626162696c69746965731a1f70726f626162696c697469657320776173206e6f74207265706f727465642e425c0a0e636c75737465725f6d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42600a1064656e736974795f77656967687465641207656e74726f70791a43656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e42720a1064796e616d6963735f656e74726f7079121064796e616d6963735f656e74726f70791a4c64796e616d6963735f656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42570a07656e74726f70791207656e74726f70791a43656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e425c0a0e657073696c6f6e5f6d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e425f0a11666163696c6974795f6c6f636174696f6e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42b3010a036668731207656e74726f70791213656e74726f70795f666c756374756174696f6e1a8d01656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e20656e74726f70795f666c756374756174696f6e20776173206e6f74207265706f727465642c206e6f7220656e74726f70792c2066726f6d20776869636820697420666f6c6c6f77732e42620a0a666f7267657474696e67120a666f7267657474696e671a48666f7267657474696e6720776173206e6f74207265706f727465642c206e6f72207072656469637465645f636c6173732c2066726f6d20776869636820697420666f6c6c6f77732e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e426a0a13686973746f72795f756e6365727461696e7479120e6d617267696e5f686973746f72791a436d617267696e5f686973746f727920776173206e6f74207265706f727465642c206e6f72206d617267696e2c2066726f6d20776869636820697420666f6c6c6f77732e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42740a106c6162656c5f64697370657273696f6e12106c6162656c5f64697370657273696f6e1a4e6c6162656c5f64697370657273696f6e20776173206e6f74207265706f727465642c206e6f72207072656469637465645f636c6173732c2066726f6d20776869636820697420666f6c6c6f77732e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42720a106c656173745f636f6e666964656e636512106c656173745f636f6e666964656e63651a4c6c656173745f636f6e666964656e636520776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42540a066d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e425c0a0e6d617267696e5f64656e7369747912066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e425d0a0d706f7765725f656e74726f70791207656e74726f70791a43656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e425a0a0c706f7765725f6d617267696e12066d617267696e1a426d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42740a1070726564696374696f6e5f666c697073121070726564696374696f6e5f666c6970731a4e70726564696374696f6e5f666c69707320776173206e6f74207265706f727465642c206e6f72207072656469637465645f636c6173732c2066726f6d20776869636820697420666f6c6c6f77732e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e42b8010a0c7261726573745f636c617373120f7072656469637465645f636c61737312066d617267696e1a8e017072656469637465645f636c61737320776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42510a05726174696f1205726174696f1a41726174696f20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42a2010a06726566696e6512066d617267696e1207656e74726f70791a86016d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e20656e74726f707920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42ba010a0e7461726765745f636c6173736573120f7072656469637465645f636c61737312066d617267696e1a8e017072656469637465645f636c61737320776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e427a0a0d7461726765745f67726f757073120567726f757012066d617267696e1a5a67726f757020776173206e6f74207265706f727465642e206d617267696e20776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e427a0a1474656d706f72616c5f64697363726570616e637912126f75747075745f64697363726570616e63791a4e6f75747075745f64697363726570616e637920776173206e6f74207265706f727465642c206e6f722070726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e425e0a0477736873120f656e74726f70795f686973746f72791a45656e74726f70795f686973746f727920776173206e6f74207265706f727465642c206e6f7220656e74726f70792c2066726f6d20776869636820697420666f6c6c6f77732e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520b08d0b484d80610d0e0d604', '2026-11-21 04:13:04.024704+00');
INSERT INTO public.requests VALUES ('default', '29de5c5c690d456480b48a91d49994b2', 'ReportLabels', '\x39a95113ff27689c9fbcddf1f8e84b90a9f1343390e3a3514b36e8f8f2c9ad46', '\x0804', '2026-11-21 04:13:04.037497+00');
INSERT INTO public.requests VALUES ('default', '338cffb7261c429dae2adaf5f7333152', 'PutColumnChunk', '\x47754ef806a06ac91b59870ce1506f2e5a555b4f767a3f90ce0ae1f4bbf1ca26', '\x0824', '2026-11-21 04:13:04.046189+00');
INSERT INTO public.requests VALUES ('default', 'd4f4019b688e4b0c9731b2b3f9bdb038', 'ReportLoop', '\x71f8c0d989cd32adca72bfc0074ee84b7c83ed56fca9a8b290208f597eac14c7', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f31100118042a110a066c6162656c73110000000000001040321f0a0d70726f626162696c697469657312033c6634182420032dc69e1b2630014a0b08d0b484d80610f0a2b918', '2026-11-21 04:13:04.05127+00');
INSERT INTO public.requests VALUES ('default', 'f866ac57dba74836af218b4c135fc560', 'Decide', '\xa6b03dba1955d97815d32518340d262bab398950d4d47a6724a7d334f35402f3', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f312f6465636973696f6e1227080112110a06726566696e6511000000000000f03f19000000000000f03f219a9999999999a93f18042088d780dab1a6c3c89e012a057072696f723201323a5c312e33206c6162656c732070657220636c61737320736f206661723a20737072656164206f7665722074686520756e6365727461696e20726567696f6e732c207768657265207468657265206973206e6f206c6162656c207965742e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e4287010a1064796e616d6963735f656e74726f7079121064796e616d6963735f656e74726f70791a6164796e616d6963735f656e74726f707920666f6c6c6f77732066726f6d2070726f626162696c6974696573206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e427a0a036668731213656e74726f70795f666c756374756174696f6e1a5e656e74726f70795f666c756374756174696f6e20666f6c6c6f77732066726f6d20656e74726f7079206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42770a0a666f7267657474696e67120a666f7267657474696e671a5d666f7267657474696e6720666f6c6c6f77732066726f6d207072656469637465645f636c617373206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e427f0a13686973746f72795f756e6365727461696e7479120e6d617267696e5f686973746f72791a586d617267696e5f686973746f727920666f6c6c6f77732066726f6d206d617267696e206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e4289010a106c6162656c5f64697370657273696f6e12106c6162656c5f64697370657273696f6e1a636c6162656c5f64697370657273696f6e20666f6c6c6f77732066726f6d207072656469637465645f636c617373206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e4289010a1070726564696374696f6e5f666c697073121070726564696374696f6e5f666c6970731a6370726564696374696f6e5f666c69707320666f6c6c6f77732066726f6d207072656469637465645f636c617373206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e422f0a0d7461726765745f67726f757073120567726f75701a1767726f757020776173206e6f74207265706f727465642e428f010a1474656d706f72616c5f64697363726570616e637912126f75747075745f64697363726570616e63791a636f75747075745f64697363726570616e637920666f6c6c6f77732066726f6d2070726f626162696c6974696573206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e42730a0477736873120f656e74726f70795f686973746f72791a5a656e74726f70795f686973746f727920666f6c6c6f77732066726f6d20656e74726f7079206f766572206c6f6f70732c20616e64207468657265206973206e6f6e65206f6620616e206561726c696572206c6f6f70207965742e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520b08d0b484d80610f8bcde1b', '2026-11-21 04:13:04.069715+00');
INSERT INTO public.requests VALUES ('default', 'c6048741fafa45cd9548c676fbc57301', 'ReportLabels', '\xac3667813ea4572fc57938208928f8e25bd1523c9fbb03377cede7e27fb18c4d', '\x0808', '2026-11-21 04:13:04.079265+00');
INSERT INTO public.requests VALUES ('default', 'a047a8531aec4ddf9db7fdb8e9cfde8a', 'PutColumnChunk', '\x8ba4bc9bbbc5b6c84880c22b05527ccd8cb99799948d784aefadd770c7236924', '\x0820', '2026-11-21 04:13:04.085356+00');
INSERT INTO public.requests VALUES ('default', '2def98a847504a18a92c6c1485df686a', 'ReportLoop', '\x777580d7c15059b8b27c5c6139a1a028ad60141b8b615d641dc3eba2d83bf439', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f32100218082a110a066c6162656c73110000000000002040321f0a0d70726f626162696c697469657312033c6634182020032d06b9bf6130014a0b08d0b484d80610c0f0952b', '2026-11-21 04:13:04.090536+00');
INSERT INTO public.requests VALUES ('default', 'fdd079a26f3f4d748522cb0b1d6f999a', 'Decide', '\x929a410a57ad2ca75a81c730a07b1d906fb8b80afcd189de1e0ca6d2d4cd341c', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f322f6465636973696f6e1227080112110a06726566696e6511000000000000f03f19000000000000f03f219a9999999999a93f180420e9f0f5c9b3f2faa09f012a057072696f723201323a5c322e37206c6162656c732070657220636c61737320736f206661723a20737072656164206f7665722074686520756e6365727461696e20726567696f6e732c207768657265207468657265206973206e6f206c6162656c207965742e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e422f0a0d7461726765745f67726f757073120567726f75701a1767726f757020776173206e6f74207265706f727465642e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520b08d0b484d80610e0c2fc2d', '2026-11-21 04:13:04.107156+00');
INSERT INTO public.requests VALUES ('default', '91e6fd7f54fe40049152d1b459c1d3ac', 'ReportLabels', '\x21112ff150e8e0f2abffe879869b56babbf4df965466793f61cd620c1139831b', '\x080c', '2026-11-21 04:13:04.11677+00');
INSERT INTO public.requests VALUES ('default', '51154f52912c48a78495dfd8fc668c66', 'PutColumnChunk', '\x79173fa0bd0c622ee37b42c402eccfe546f346681bb7a30bd9e72ee43cf1c45e', '\x081c', '2026-11-21 04:13:04.122777+00');
INSERT INTO public.requests VALUES ('default', 'd6c71e6bc79d44e580c1f00b4f6c6713', 'ReportLoop', '\x6a13b6bd64c116898071a22fdc146f9ddb0a7822964d85bf3297eef376f0adc8', '\x0a176578706572696d656e74732f72756e2f6c6f6f70732f331003180c2a110a066c6162656c73110000000000002840321f0a0d70726f626162696c697469657312033c6634181c20032da5466ed530014a0b08d0b484d8061098d0fc3c', '2026-11-21 04:13:04.127871+00');
INSERT INTO public.requests VALUES ('default', 'b89f3b3f861f448a9ba2111d3a8f649c', 'Decide', '\xb67aea313ea4406309c963cde346bbbef14ddaa21c9f5e10a0cba15eb739cc7a', '\x0a206578706572696d656e74732f72756e2f6c6f6f70732f332f6465636973696f6e1227080112110a06726566696e6511000000000000f03f19000000000000f03f219a9999999999a93f1804209baf8eecbff4b2c6ad012a057072696f723201323a5c342e30206c6162656c732070657220636c61737320736f206661723a20737072656164206f7665722074686520756e6365727461696e20726567696f6e732c207768657265207468657265206973206e6f206c6162656c207965742e42240a0462616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42300a0a62617463685f62616c6412076d656d626572731a196d656d6265727320776173206e6f74207265706f727465642e424b0a11626f756e646172795f64697374616e63651211626f756e646172795f64697374616e63651a23626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e424b0a11636f6e73656e7375735f656e74726f70791211636f6e73656e7375735f656e74726f70791a23636f6e73656e7375735f656e74726f707920776173206e6f74207265706f727465642e42430a05637669727312136c6162656c5f70726f626162696c69746965731a256c6162656c5f70726f626162696c697469657320776173206e6f74207265706f727465642e42570a15646574656374696f6e5f756e6365727461696e74791215646574656374696f6e5f756e6365727461696e74791a27646574656374696f6e5f756e6365727461696e747920776173206e6f74207265706f727465642e42240a04657069671204657069671a166570696720776173206e6f74207265706f727465642e42420a0e65787065637465645f6572726f72120e65787065637465645f6572726f721a2065787065637465645f6572726f7220776173206e6f74207265706f727465642e42600a1865787065637465645f6772616469656e745f6c656e677468121865787065637465645f6772616469656e745f6c656e6774681a2a65787065637465645f6772616469656e745f6c656e67746820776173206e6f74207265706f727465642e42570a1565787065637465645f6d6f64656c5f6368616e6765121565787065637465645f6d6f64656c5f6368616e67651a2765787065637465645f6d6f64656c5f6368616e676520776173206e6f74207265706f727465642e423f0a0d6772616469656e745f6e6f726d120d6772616469656e745f6e6f726d1a1f6772616469656e745f6e6f726d20776173206e6f74207265706f727465642e423d0a116772656564795f73616d706c696e675f79120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e42440a18696d70726f7665645f6772656564795f73616d706c696e67120a70726564696374696f6e1a1c70726564696374696f6e20776173206e6f74207265706f727465642e422a0a066b6c5f6d617812066b6c5f6d61781a186b6c5f6d617820776173206e6f74207265706f727465642e4289010a1f6c6162656c5f63617264696e616c6974795f696e636f6e73697374656e637912116c6162656c5f63617264696e616c6974791a536c6162656c5f63617264696e616c69747920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e426c0a0c6c6162656c5f6d617267696e120c6c6162656c5f6d617267696e1a4e6c6162656c5f6d617267696e20776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e422c0a0c6c6172676573745f6c6f737312046c6f73731a166c6f737320776173206e6f74207265706f727465642e42630a196c656173745f73657175656e63655f636f6e666964656e636512196c656173745f73657175656e63655f636f6e666964656e63651a2b6c656173745f73657175656e63655f636f6e666964656e636520776173206e6f74207265706f727465642e42340a046d636c75120c6465636973696f6e5f6761701a1e6465636973696f6e5f67617020776173206e6f74207265706f727465642e427e0a126d65616e5f6c6162656c5f656e74726f707912126d65616e5f6c6162656c5f656e74726f70791a546d65616e5f6c6162656c5f656e74726f707920776173206e6f74207265706f727465642c206e6f72206c6162656c5f70726f626162696c69746965732c2066726f6d20776869636820697420666f6c6c6f77732e42300a086d65616e5f73746412086d65616e5f7374641a1a6d65616e5f73746420776173206e6f74207265706f727465642e42240a046d6e6c7012046d6e6c701a166d6e6c7020776173206e6f74207265706f727465642e42730a066d735f6373761211626f756e646172795f64697374616e6365120f6e6561726573745f737570706f72741a45626f756e646172795f64697374616e636520776173206e6f74207265706f727465642e206e6561726573745f737570706f727420776173206e6f74207265706f727465642e425d0a176e6f726d616c697365645f766f74655f656e74726f707912176e6f726d616c697365645f766f74655f656e74726f70791a296e6f726d616c697365645f766f74655f656e74726f707920776173206e6f74207265706f727465642e422a0a0a706f7765725f62616c64120462616c641a1662616c6420776173206e6f74207265706f727465642e42510a1370726564696374696f6e5f76617269616e6365121370726564696374696f6e5f76617269616e63651a2570726564696374696f6e5f76617269616e636520776173206e6f74207265706f727465642e422f0a0d7461726765745f67726f757073120567726f75701a1767726f757020776173206e6f74207265706f727465642e423f0a0d746f6b656e5f656e74726f7079120d746f6b656e5f656e74726f70791a1f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42510a13746f74616c5f746f6b656e5f656e74726f70791213746f74616c5f746f6b656e5f656e74726f70791a25746f74616c5f746f6b656e5f656e74726f707920776173206e6f74207265706f727465642e42450a0f766172696174696f6e5f726174696f120f766172696174696f6e5f726174696f1a21766172696174696f6e5f726174696f20776173206e6f74207265706f727465642e423c0a0c766f74655f656e74726f7079120c766f74655f656e74726f70791a1e766f74655f656e74726f707920776173206e6f74207265706f727465642e4a371235546865726520697320627564676574206c6566742c20616e6420746865726520617265207265636f72647320746f206c6162656c2e520b08d0b484d80610c0a5ef3f', '2026-11-21 04:13:04.14486+00');
INSERT INTO public.requests VALUES ('default', '49f97de07fb84470a5c5ef528837699d', 'ReportLabels', '\x3489e1fb28386ac1015873396f9bf32e7cf8466c29427ea693bc782fa78e696f', '\x080d', '2026-11-21 04:13:04.156286+00');



INSERT INTO public.signal_columns VALUES ('default', 'run', 0, 'sketch', '<f2', 4, 40, 2101215401, 2101215401, 0);
INSERT INTO public.signal_columns VALUES ('default', 'run', 1, 'probabilities', '<f4', 3, 36, 639344326, 639344326, 1);
INSERT INTO public.signal_columns VALUES ('default', 'run', 2, 'probabilities', '<f4', 3, 32, 1639954694, 1639954694, 1);
INSERT INTO public.signal_columns VALUES ('default', 'run', 3, 'probabilities', '<f4', 3, 28, 3580774053, 3580774053, 1);



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



ALTER TABLE ONLY public.loop_features
    ADD CONSTRAINT loop_features_pkey PRIMARY KEY (tenant, experiment, loop, name);



ALTER TABLE ONLY public.loop_metrics
    ADD CONSTRAINT loop_metrics_pkey PRIMARY KEY (tenant, experiment, loop, name);



ALTER TABLE ONLY public.loops
    ADD CONSTRAINT loops_pkey PRIMARY KEY (tenant, experiment, number);



ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT outcomes_pkey PRIMARY KEY (tenant, experiment, "position");



ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (tenant, id);



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



ALTER TABLE ONLY public.loop_features
    ADD CONSTRAINT loop_features_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.loops(tenant, experiment, number) ON DELETE CASCADE;



ALTER TABLE ONLY public.loop_metrics
    ADD CONSTRAINT loop_metrics_tenant_experiment_loop_fkey FOREIGN KEY (tenant, experiment, loop) REFERENCES public.loops(tenant, experiment, number) ON DELETE CASCADE;



ALTER TABLE ONLY public.loops
    ADD CONSTRAINT loops_tenant_experiment_fkey FOREIGN KEY (tenant, experiment) REFERENCES public.experiments(tenant, id) ON DELETE CASCADE;



ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT outcomes_tenant_experiment_fkey FOREIGN KEY (tenant, experiment) REFERENCES public.experiments(tenant, id) ON DELETE CASCADE;



ALTER TABLE ONLY public.signal_columns
    ADD CONSTRAINT signal_columns_tenant_experiment_fkey FOREIGN KEY (tenant, experiment) REFERENCES public.experiments(tenant, id) ON DELETE CASCADE;




