BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE column_chunks (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	signal VARCHAR(63) NOT NULL, 
	first_row BIGINT NOT NULL, 
	crc32 BIGINT NOT NULL, 
	data BLOB NOT NULL, continues BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop, signal, first_row), 
	FOREIGN KEY(tenant, experiment, loop, signal) REFERENCES signal_columns (tenant, experiment, loop, signal) ON DELETE CASCADE
);
INSERT INTO "column_chunks" VALUES('default','run',0,'sketch',0,2334993300,X'E8BE84BA93BD74BA07C13E2F44BC17B6242FA0AC133B00399CBE302353BD4AB43E37F3B48AB86FB5DDBF1B3AD6B5063141AE5BB769225CBC523999B0C8A859BAB9BC8E378DBF06B9A5B6EAB3E7BEBCBA01BAAA366C3149B2AEBB33381ABEC6B658BB3C32D9BCCEACE82A6D2080BCBDBB003D2FB8F3B01529CB3C09B1703492B256B03DB6A43C223426AFADAE8BB7703A5B382839443B443B09BF43B796BDCFB8AF3819B346326A21BEBD25B8CDB6DABE87C1043885C0A4AE933737382F381DB003BA04B32D31322586B81E3C02BF33B7A039A9B5EB294A3962BEE1BB5DC01AB8CFBA3DB019BCE63776BE60B245C042BDC2C00ABDFDC09EAD45BBA6BAD4C206B2E89CB7B86F3C79BC85A42EB999BDA0BBDDB7DC9928B77BB7A7BC77B6E8BAEFBCE1B819B8ADA9FCB1E2BF93BFE2BC27BE30C0D7392E340CB4D8B296B49A350DB2',0);
INSERT INTO "column_chunks" VALUES('default','run',1,'probabilities',0,1996178610,X'4143373EABAAAA3EB5B3F93EBFB5323EABAAAA3E76FAFB3E48B6323EABAAAA3E32FAFB3E61A23B3EABAAAA3E2584F73E95CD403EABAAAA3E8BEEF43E2711343EABAAAA3EC24CFB3E1FDE3B3EABAAAA3E4666F73E4A7F373EABAAAA3EB095F93EB7CD373EABAAAA3E7A6EF93E62FE3E3EABAAAA3E24D6F53E0A173D3EABAAAA3ED0C9F63E1CFF493EABAAAA3EC755F03ED768413EABAAAA3EEAA0F43E2D33333EABAAAA3EBFBBFB3E8B86323EABAAAA3E1012FC3EBA62323EABAAAA3EF823FC3E04693C3EABAAAA3ED420F73E4A2D303EABAAAA3EB03EFD3E200C393EABAAAA3E45CFF83E01EB343EABAAAA3ED5DFFA3E91412F3EABAAAA3E8DB4FD3ECC1B343EABAAAA3E6F47FB3E5105413EABAAAA3EADD2F43E8375363EABAAAA3E941AFA3E0CA8343EABAAAA3E4F01FB3ED46E453EABAAAA3EEB9DF23E7CCF323EABAAAA3E98EDFB3EDF702F3EABAAAA3EE69CFD3E8B6B2F3EABAAAA3E909FFD3E52C1313EABAAAA3EAC74FC3EB45C3E3EABAAAA3EFB26F63EE1D7553EABAAAA3E6569EA3E13D13D3EABAAAA3ECC6CF63E02C5473EABAAAA3ED472F13E55FA2F3EABAAAA3E2B58FD3E8423323EABAAAA3E9343FC3E',0);
INSERT INTO "column_chunks" VALUES('default','run',2,'probabilities',0,3072391534,X'317F393EABAAAA3EBD95F83E99C1333EABAAAA3E8974FB3E5908323EABAAAA3E2951FC3E259E3E3EABAAAA3E4306F63EE4143D3EABAAAA3EE3CAF63ED49F343EABAAAA3E6B05FB3E1A1D3A3EABAAAA3EC846F83ED4A1353EABAAAA3E6B84FA3E22CA383EABAAAA3E44F0F83E1E683F3EABAAAA3E46A1F53EDEB83B3EABAAAA3EE778F73E97534C3EABAAAA3E8A2BEF3E2EE03E3EABAAAA3E3EE5F53E0F2F323EABAAAA3ECE3DFC3ECF8B313EABAAAA3E6E8FFC3E5BDA313EABAAAA3E2868FC3E79EE3A3EABAAAA3E19DEF73E16B42F3EABAAAA3E4A7BFD3E867D353EABAAAA3E9296FA3E23B22F3EABAAAA3E447CFD3E45E9323EABAAAA3EB3E0FB3E233D363EABAAAA3EC436FA3E0E8D333EABAAAA3ECE8EFB3ECEA2333EABAAAA3EEE83FB3E3D03303EABAAAA3EB753FD3E5CB82F3EABAAAA3E2779FD3EAF43313EABAAAA3E7EB3FC3EF1A3503EABAAAA3E5D03ED3EAA8B3F3EABAAAA3E808FF53E2B50463EABAAAA3E402DF23EC67B303EABAAAA3E7217FD3E0D6B323EABAAAA3ECF1FFC3E',0);
INSERT INTO "column_chunks" VALUES('default','run',3,'probabilities',0,3986130240,X'D610383EABAAAA3EEA4CF93EA116333EABAAAA3E05CAFB3E7FB7323EABAAAA3E96F9FB3E3FF43B3EABAAAA3E365BF73E7B693F3EABAAAA3E98A0F53E9156343EABAAAA3E0D2AFB3E7168373EABAAAA3E1DA1F93EB95E373EABAAAA3EF9A5F93E66F73D3EABAAAA3EA259F63E9BF03D3EABAAAA3E085DF63E67E3473EABAAAA3EA263F13EC756403EABAAAA3EF229F53E35D4323EABAAAA3E3BEBFB3EA752323EABAAAA3E022CFC3E53A2323EABAAAA3E2C04FC3EF10E303EABAAAA3EDD4DFD3EFB14363EABAAAA3ED84AFA3E16422F3EABAAAA3E4BB4FD3E05FD333EABAAAA3ED356FB3E36A7353EABAAAA3EBA81FA3EE92E343EABAAAA3EE13DFB3E51F0323EABAAAA3E2DDDFB3E1F792F3EABAAAA3EC698FD3E143D2F3EABAAAA3ECBB6FD3E5F36323EABAAAA3E263AFC3E11844A3EABAAAA3E4D13F03E4C50303EABAAAA3E2F2DFD3E9093323EABAAAA3E8E0BFC3E',0);
CREATE TABLE coverages (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	mask BLOB NOT NULL, 
	crc32 BIGINT NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop, number), 
	FOREIGN KEY(tenant, experiment, loop) REFERENCES loops (tenant, experiment, number) ON DELETE CASCADE
);
INSERT INTO "coverages" VALUES('default','run',1,1,X'FFF7EFF77F',772707013);
INSERT INTO "coverages" VALUES('default','run',2,1,X'FFF7E7E67D',2647294273);
INSERT INTO "coverages" VALUES('default','run',3,1,X'BFF7E5E671',3473621325);
CREATE TABLE decision_rows (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	first_row BIGINT NOT NULL, 
	rows BIGINT NOT NULL, 
	positions BLOB NOT NULL, 
	propensities BLOB NOT NULL, 
	chosen_by BLOB NOT NULL, 
	probabilities BLOB, 
	predicted_class BLOB, 
	crc32 BIGINT NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop, first_row), 
	FOREIGN KEY(tenant, experiment, loop) REFERENCES decisions (tenant, experiment, loop) ON DELETE CASCADE
);
INSERT INTO "decision_rows" VALUES('default','run',0,0,4,X'14000000000000000B000000000000001B000000000000002700000000000000',X'000000000000F03F000000000000F03F000000000000F03F000000000000F03F',X'00000000',NULL,NULL,3671243202);
INSERT INTO "decision_rows" VALUES('default','run',1,0,4,X'210000000000000013000000000000001C000000000000001800000000000000',X'000000000000F03F000000000000F03F000000000000F03F000000000000F03F',X'00000000',X'B45C3E3EABAAAA3EFB26F63E200C393EABAAAA3E45CFF83ED46E453EABAAAA3EEB9DF23E5105413EABAAAA3EADD2F43E',X'02000000020000000200000002000000',1371935357);
INSERT INTO "decision_rows" VALUES('default','run',2,0,4,X'2300000000000000060000000000000011000000000000002200000000000000',X'000000000000F03F000000000000F03F000000000000F03F000000000000F03F',X'00000000',X'AA8B3F3EABAAAA3E808FF53E1A1D3A3EABAAAA3EC846F83E79EE3A3EABAAAA3E19DEF73EF1A3503EABAAAA3E5D03ED3E',X'02000000020000000200000002000000',3237538265);
INSERT INTO "decision_rows" VALUES('default','run',3,0,4,X'040000000000000007000000000000000D000000000000001500000000000000',X'000000000000F03F000000000000F03F000000000000F03F000000000000F03F',X'00000000',X'7B693F3EABAAAA3E98A0F53E7168373EABAAAA3E1DA1F93EC756403EABAAAA3EF229F53EFB14363EABAAAA3ED84AFA3E',X'02000000020000000200000002000000',3216092378);
CREATE TABLE decisions (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	blend JSON NOT NULL, 
	batch_size BIGINT NOT NULL, 
	seed VARCHAR(20) NOT NULL, 
	policy TEXT NOT NULL, 
	policy_version TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	unmet JSON NOT NULL, 
	stop BOOLEAN NOT NULL, 
	stop_reason TEXT NOT NULL, 
	created DATETIME NOT NULL, stop_confidence DOUBLE DEFAULT '0' NOT NULL, stop_rules JSON, schedule JSON, forecast JSON, retrain BOOLEAN DEFAULT 1 NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop), 
	FOREIGN KEY(tenant, experiment, loop) REFERENCES loops (tenant, experiment, number) ON DELETE CASCADE
);
INSERT INTO "decisions" VALUES('default','run',0,'{"mode": "SHARES", "parts": [["typicality", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}',4,'12467808127879573787','prior','2','0.0 labels per class so far and no model yet: typical records, of regions that have no label.','[{"strategy": "badge", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "cal", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "class_balanced_margin", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "class_boundaries", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "clue", "missing_signals": ["probabilities"], "reason": "probabilities was not reported."}, {"strategy": "cluster_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "density_weighted", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "dynamics_entropy", "missing_signals": ["dynamics_entropy"], "reason": "dynamics_entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "entropy", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "epsilon_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "facility_location", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "fhs", "missing_signals": ["entropy", "entropy_fluctuation"], "reason": "entropy was not reported, nor probabilities, from which it follows. entropy_fluctuation was not reported, nor entropy, from which it follows."}, {"strategy": "forgetting", "missing_signals": ["forgetting"], "reason": "forgetting was not reported, nor predicted_class, from which it follows."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "history_uncertainty", "missing_signals": ["margin_history"], "reason": "margin_history was not reported, nor margin, from which it follows."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_dispersion", "missing_signals": ["label_dispersion"], "reason": "label_dispersion was not reported, nor predicted_class, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_confidence", "missing_signals": ["least_confidence"], "reason": "least_confidence was not reported, nor probabilities, from which it follows."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "margin_density", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "power_entropy", "missing_signals": ["entropy"], "reason": "entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "power_margin", "missing_signals": ["margin"], "reason": "margin was not reported, nor probabilities, from which it follows."}, {"strategy": "prediction_flips", "missing_signals": ["prediction_flips"], "reason": "prediction_flips was not reported, nor predicted_class, from which it follows."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "rarest_class", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "ratio", "missing_signals": ["ratio"], "reason": "ratio was not reported, nor probabilities, from which it follows."}, {"strategy": "refine", "missing_signals": ["margin", "entropy"], "reason": "margin was not reported, nor probabilities, from which it follows. entropy was not reported, nor probabilities, from which it follows."}, {"strategy": "target_classes", "missing_signals": ["predicted_class", "margin"], "reason": "predicted_class was not reported, nor probabilities, from which it follows. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "target_groups", "missing_signals": ["group", "margin"], "reason": "group was not reported. margin was not reported, nor probabilities, from which it follows."}, {"strategy": "temporal_discrepancy", "missing_signals": ["output_discrepancy"], "reason": "output_discrepancy was not reported, nor probabilities, from which it follows."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}, {"strategy": "wshs", "missing_signals": ["entropy_history"], "reason": "entropy_history was not reported, nor entropy, from which it follows."}]',0,'There is budget left, and there are records to label.','2026-11-21 09:38:06.314036',0.0,'[]','[]',NULL,1);
INSERT INTO "decisions" VALUES('default','run',1,'{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}',4,'11425928242767342472','prior','2','1.3 labels per class so far: spread over the uncertain regions, where there is no label yet.','[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "dynamics_entropy", "missing_signals": ["dynamics_entropy"], "reason": "dynamics_entropy follows from probabilities over loops, and there is none of an earlier loop yet."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "fhs", "missing_signals": ["entropy_fluctuation"], "reason": "entropy_fluctuation follows from entropy over loops, and there is none of an earlier loop yet."}, {"strategy": "forgetting", "missing_signals": ["forgetting"], "reason": "forgetting follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "history_uncertainty", "missing_signals": ["margin_history"], "reason": "margin_history follows from margin over loops, and there is none of an earlier loop yet."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_dispersion", "missing_signals": ["label_dispersion"], "reason": "label_dispersion follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_flips", "missing_signals": ["prediction_flips"], "reason": "prediction_flips follows from predicted_class over loops, and there is none of an earlier loop yet."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "temporal_discrepancy", "missing_signals": ["output_discrepancy"], "reason": "output_discrepancy follows from probabilities over loops, and there is none of an earlier loop yet."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}, {"strategy": "wshs", "missing_signals": ["entropy_history"], "reason": "entropy_history follows from entropy over loops, and there is none of an earlier loop yet."}]',0,'There is budget left, and there are records to label.','2026-11-21 09:38:12.024135',0.0,'[]','[]',NULL,1);
INSERT INTO "decisions" VALUES('default','run',2,'{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}',4,'11475712343069784169','prior','2','2.7 labels per class so far: spread over the uncertain regions, where there is no label yet.','[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}]',0,'There is budget left, and there are records to label.','2026-11-21 09:38:14.713348',0.0,'[]','[]',NULL,1);
INSERT INTO "decisions" VALUES('default','run',3,'{"mode": "SHARES", "parts": [["refine", 1.0]], "keep": 1.0, "random_share": 0.05, "distinct": 0.0}',4,'12505594170494392219','prior','2','4.0 labels per class so far: spread over the uncertain regions, where there is no label yet.','[{"strategy": "bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "batch_bald", "missing_signals": ["members"], "reason": "members was not reported."}, {"strategy": "boundary_distance", "missing_signals": ["boundary_distance"], "reason": "boundary_distance was not reported."}, {"strategy": "consensus_entropy", "missing_signals": ["consensus_entropy"], "reason": "consensus_entropy was not reported."}, {"strategy": "cvirs", "missing_signals": ["label_probabilities"], "reason": "label_probabilities was not reported."}, {"strategy": "detection_uncertainty", "missing_signals": ["detection_uncertainty"], "reason": "detection_uncertainty was not reported."}, {"strategy": "epig", "missing_signals": ["epig"], "reason": "epig was not reported."}, {"strategy": "expected_error", "missing_signals": ["expected_error"], "reason": "expected_error was not reported."}, {"strategy": "expected_gradient_length", "missing_signals": ["expected_gradient_length"], "reason": "expected_gradient_length was not reported."}, {"strategy": "expected_model_change", "missing_signals": ["expected_model_change"], "reason": "expected_model_change was not reported."}, {"strategy": "gradient_norm", "missing_signals": ["gradient_norm"], "reason": "gradient_norm was not reported."}, {"strategy": "greedy_sampling_y", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "improved_greedy_sampling", "missing_signals": ["prediction"], "reason": "prediction was not reported."}, {"strategy": "kl_max", "missing_signals": ["kl_max"], "reason": "kl_max was not reported."}, {"strategy": "label_cardinality_inconsistency", "missing_signals": ["label_cardinality"], "reason": "label_cardinality was not reported, nor label_probabilities, from which it follows."}, {"strategy": "label_margin", "missing_signals": ["label_margin"], "reason": "label_margin was not reported, nor label_probabilities, from which it follows."}, {"strategy": "largest_loss", "missing_signals": ["loss"], "reason": "loss was not reported."}, {"strategy": "least_sequence_confidence", "missing_signals": ["least_sequence_confidence"], "reason": "least_sequence_confidence was not reported."}, {"strategy": "mclu", "missing_signals": ["decision_gap"], "reason": "decision_gap was not reported."}, {"strategy": "mean_label_entropy", "missing_signals": ["mean_label_entropy"], "reason": "mean_label_entropy was not reported, nor label_probabilities, from which it follows."}, {"strategy": "mean_std", "missing_signals": ["mean_std"], "reason": "mean_std was not reported."}, {"strategy": "mnlp", "missing_signals": ["mnlp"], "reason": "mnlp was not reported."}, {"strategy": "ms_csv", "missing_signals": ["boundary_distance", "nearest_support"], "reason": "boundary_distance was not reported. nearest_support was not reported."}, {"strategy": "normalised_vote_entropy", "missing_signals": ["normalised_vote_entropy"], "reason": "normalised_vote_entropy was not reported."}, {"strategy": "power_bald", "missing_signals": ["bald"], "reason": "bald was not reported."}, {"strategy": "prediction_variance", "missing_signals": ["prediction_variance"], "reason": "prediction_variance was not reported."}, {"strategy": "target_groups", "missing_signals": ["group"], "reason": "group was not reported."}, {"strategy": "token_entropy", "missing_signals": ["token_entropy"], "reason": "token_entropy was not reported."}, {"strategy": "total_token_entropy", "missing_signals": ["total_token_entropy"], "reason": "total_token_entropy was not reported."}, {"strategy": "variation_ratio", "missing_signals": ["variation_ratio"], "reason": "variation_ratio was not reported."}, {"strategy": "vote_entropy", "missing_signals": ["vote_entropy"], "reason": "vote_entropy was not reported."}]',0,'There is budget left, and there are records to label.','2026-11-21 09:38:18.441572',0.0,'[]','[]',NULL,0);
CREATE TABLE experiments (
	tenant VARCHAR(63) NOT NULL, 
	id VARCHAR(63) NOT NULL, 
	uid VARCHAR(32) NOT NULL, 
	pool_size BIGINT NOT NULL, 
	pool_fingerprint TEXT NOT NULL, 
	classes INTEGER, 
	label_budget BIGINT, 
	share_level INTEGER NOT NULL, 
	seed VARCHAR(20) NOT NULL, 
	state INTEGER NOT NULL, 
	batch_size BIGINT, 
	strategy TEXT, 
	random_share DOUBLE NOT NULL, 
	labeled_count BIGINT NOT NULL, 
	abstained_count BIGINT NOT NULL, 
	loop_count INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, log_for_training BOOLEAN DEFAULT 1 NOT NULL, keep_loops INTEGER, label_cost DOUBLE DEFAULT '1' NOT NULL, retrain_cost DOUBLE DEFAULT '0' NOT NULL, deadline DATETIME, target_accuracy DOUBLE, stop_confidence DOUBLE, inference_share DOUBLE, 
	PRIMARY KEY (tenant, id)
);
INSERT INTO "experiments" VALUES('default','run','117746e699e9432399c4b4ec5fcab02a',40,'21a88770a06052666a1ee7e22277b43a21d6f209d51eeb713a82e77cf879c051',3,24,4,'3',1,4,NULL,0.05,13,0,4,'2026-11-21 09:38:04.864766','2026-11-21 09:38:19.536921',1,NULL,1.0,0.0,NULL,NULL,NULL,NULL);
CREATE TABLE inference (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	mask BLOB NOT NULL, 
	crc32 BIGINT NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop), 
	FOREIGN KEY(tenant, experiment, loop) REFERENCES decisions (tenant, experiment, loop) ON DELETE CASCADE
);
CREATE TABLE loop_features (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	value DOUBLE NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop, name), 
	FOREIGN KEY(tenant, experiment, loop) REFERENCES loops (tenant, experiment, number) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "loop_features" VALUES('default','run',0,'batch_share',0.1);
INSERT INTO "loop_features" VALUES('default','run',0,'batch_size',4.0);
INSERT INTO "loop_features" VALUES('default','run',0,'budget_spent',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'classes',3.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_density',1.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_entropy',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_least_confidence',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_loss',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_margin',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_predicted_class',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_probabilities',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'has_sketch',1.0);
INSERT INTO "loop_features" VALUES('default','run',0,'labeled_count',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'labels_per_class',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'loop',0.0);
INSERT INTO "loop_features" VALUES('default','run',0,'neighbour_distance',7.0208995739912882783e-01);
INSERT INTO "loop_features" VALUES('default','run',0,'pool_size',40.0);
INSERT INTO "loop_features" VALUES('default','run',0,'unlabeled_share',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'batch_share',1.11111111111111104943e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'batch_size',4.0);
INSERT INTO "loop_features" VALUES('default','run',1,'budget_spent',1.66666666666666657414e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'classes',3.0);
INSERT INTO "loop_features" VALUES('default','run',1,'classes_seen',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'commonest_share',0.5);
INSERT INTO "loop_features" VALUES('default','run',1,'coverage_q50',1.34291967204333806407e+00);
INSERT INTO "loop_features" VALUES('default','run',1,'coverage_q90',2.31161931162764755498e+00);
INSERT INTO "loop_features" VALUES('default','run',1,'entropy_mean',9.3374086419741308962e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'entropy_q10',9.2580279707908630371e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'entropy_q25',9.28209722042083740234e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'entropy_q50',9.3201923370361328125e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'entropy_q75',9.38192814588546752929e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'entropy_q90',9.42716777324676513671e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'has_density',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'has_entropy',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'has_least_confidence',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'has_loss',0.0);
INSERT INTO "loop_features" VALUES('default','run',1,'has_margin',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'has_predicted_class',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'has_probabilities',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'has_sketch',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'label_balance',0.946394630357186);
INSERT INTO "loop_features" VALUES('default','run',1,'labeled_count',4.0);
INSERT INTO "loop_features" VALUES('default','run',1,'labels/classes_seen',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'labels/commonest_share',0.5);
INSERT INTO "loop_features" VALUES('default','run',1,'labels/label_balance',0.946394630357186);
INSERT INTO "loop_features" VALUES('default','run',1,'labels/neighbour_agreement',0.5);
INSERT INTO "loop_features" VALUES('default','run',1,'labels/rarest_share',0.25);
INSERT INTO "loop_features" VALUES('default','run',1,'labels_per_class',1.33333333333333325931e+00);
INSERT INTO "loop_features" VALUES('default','run',1,'loop',1.0);
INSERT INTO "loop_features" VALUES('default','run',1,'margin_mean',0.152593861023585);
INSERT INTO "loop_features" VALUES('default','run',1,'margin_q10',1.42492279410362243652e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'margin_q25',1.47832296788692474365e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'margin_q50',1.5475825965404510498e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'margin_q75',1.58856913447380065917e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'margin_q90',1.61382749676704406738e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'neighbour_agreement',0.5);
INSERT INTO "loop_features" VALUES('default','run',1,'neighbour_distance',7.32629611859483498292e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'pool_size',40.0);
INSERT INTO "loop_features" VALUES('default','run',1,'predicted_balance',0.0);
INSERT INTO "loop_features" VALUES('default','run',1,'predicted_classes',3.33333333333333314829e-01);
INSERT INTO "loop_features" VALUES('default','run',1,'rarest_share',0.25);
INSERT INTO "loop_features" VALUES('default','run',1,'unlabeled_share',0.9);
INSERT INTO "loop_features" VALUES('default','run',2,'batch_share',0.125);
INSERT INTO "loop_features" VALUES('default','run',2,'batch_size',4.0);
INSERT INTO "loop_features" VALUES('default','run',2,'budget_spent',3.33333333333333314829e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'classes',3.0);
INSERT INTO "loop_features" VALUES('default','run',2,'classes_seen',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'commonest_share',0.5);
INSERT INTO "loop_features" VALUES('default','run',2,'correct_last',0.25);
INSERT INTO "loop_features" VALUES('default','run',2,'correct_mean',0.25);
INSERT INTO "loop_features" VALUES('default','run',2,'coverage_q50',1.0854126870369795732e+00);
INSERT INTO "loop_features" VALUES('default','run',2,'coverage_q90',1.94194862640870336001e+00);
INSERT INTO "loop_features" VALUES('default','run',2,'entropy_mean',9.32776156812906265258e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'entropy_q10',9.257861495018004927e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'entropy_q25',9.27584871649742126464e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'entropy_q50',0.930396318435669);
INSERT INTO "loop_features" VALUES('default','run',2,'entropy_q75',9.36578065156936645507e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'entropy_q90',9.39522504806518554687e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'has_density',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'has_entropy',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'has_least_confidence',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'has_loss',0.0);
INSERT INTO "loop_features" VALUES('default','run',2,'has_margin',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'has_predicted_class',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'has_probabilities',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'has_sketch',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'label_balance',0.946394630357186);
INSERT INTO "loop_features" VALUES('default','run',2,'labeled_count',8.0);
INSERT INTO "loop_features" VALUES('default','run',2,'labels/classes_seen',1.0);
INSERT INTO "loop_features" VALUES('default','run',2,'labels/commonest_share',0.5);
INSERT INTO "loop_features" VALUES('default','run',2,'labels/label_balance',0.946394630357186);
INSERT INTO "loop_features" VALUES('default','run',2,'labels/neighbour_agreement',0.75);
INSERT INTO "loop_features" VALUES('default','run',2,'labels/rarest_share',0.25);
INSERT INTO "loop_features" VALUES('default','run',2,'labels_per_class',2.66666666666666651863e+00);
INSERT INTO "loop_features" VALUES('default','run',2,'loop',2.0);
INSERT INTO "loop_features" VALUES('default','run',2,'margin_mean',1.53688093647360801696e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'margin_mean_change',1.09423262377580932103e-03);
INSERT INTO "loop_features" VALUES('default','run',2,'margin_q10',1.46290659904479980468e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'margin_q25',0.149679034948349);
INSERT INTO "loop_features" VALUES('default','run',2,'margin_q50',1.56519517302513122558e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'margin_q75',1.59517221152782440185e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'margin_q90',1.61399993300437916143e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'neighbour_agreement',0.75);
INSERT INTO "loop_features" VALUES('default','run',2,'neighbour_distance',8.24232217279224244066e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'pool_size',40.0);
INSERT INTO "loop_features" VALUES('default','run',2,'predicted_balance',0.0);
INSERT INTO "loop_features" VALUES('default','run',2,'predicted_classes',3.33333333333333314829e-01);
INSERT INTO "loop_features" VALUES('default','run',2,'rarest_share',0.25);
INSERT INTO "loop_features" VALUES('default','run',2,'unlabeled_share',0.8);
INSERT INTO "loop_features" VALUES('default','run',3,'batch_share',1.42857142857142849212e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'batch_size',4.0);
INSERT INTO "loop_features" VALUES('default','run',3,'budget_spent',0.5);
INSERT INTO "loop_features" VALUES('default','run',3,'classes',3.0);
INSERT INTO "loop_features" VALUES('default','run',3,'classes_seen',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'commonest_share',4.1666666666666668517e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'correct_last',0.0);
INSERT INTO "loop_features" VALUES('default','run',3,'correct_mean',0.125);
INSERT INTO "loop_features" VALUES('default','run',3,'coverage_q50',9.7263920247257273921e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'coverage_q90',1.88426742896368759616e+00);
INSERT INTO "loop_features" VALUES('default','run',3,'entropy_mean',9.31749618479183694397e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'entropy_q10',0.925619649887085);
INSERT INTO "loop_features" VALUES('default','run',3,'entropy_q25',9.28070560097694396972e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'entropy_q50',9.29513752460479736328e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'entropy_q75',0.933940514922142);
INSERT INTO "loop_features" VALUES('default','run',3,'entropy_q90',9.39654421806335404809e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'has_density',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'has_entropy',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'has_least_confidence',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'has_loss',0.0);
INSERT INTO "loop_features" VALUES('default','run',3,'has_margin',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'has_predicted_class',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'has_probabilities',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'has_sketch',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'label_balance',9.35893280949399275492e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'labeled_count',12.0);
INSERT INTO "loop_features" VALUES('default','run',3,'labels/classes_seen',1.0);
INSERT INTO "loop_features" VALUES('default','run',3,'labels/commonest_share',4.1666666666666668517e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'labels/label_balance',9.35893280949399275492e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'labels/neighbour_agreement',0.75);
INSERT INTO "loop_features" VALUES('default','run',3,'labels/rarest_share',1.66666666666666657414e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'labels_per_class',4.0);
INSERT INTO "loop_features" VALUES('default','run',3,'loop',3.0);
INSERT INTO "loop_features" VALUES('default','run',3,'margin_mean',1.54874738837991438034e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'margin_mean_change',1.1866451906306363373e-03);
INSERT INTO "loop_features" VALUES('default','run',3,'margin_q10',1.46135950088500971011e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'margin_q25',1.52632296085357666015e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'margin_q50',1.57468289136886596679e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'margin_q75',1.5900421142578125e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'margin_q90',1.61572787165641773565e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'neighbour_agreement',0.75);
INSERT INTO "loop_features" VALUES('default','run',3,'neighbour_distance',8.64060480656620666373e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'pool_size',40.0);
INSERT INTO "loop_features" VALUES('default','run',3,'predicted_balance',0.0);
INSERT INTO "loop_features" VALUES('default','run',3,'predicted_classes',3.33333333333333314829e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'rarest_share',1.66666666666666657414e-01);
INSERT INTO "loop_features" VALUES('default','run',3,'unlabeled_share',0.7);
CREATE TABLE loop_metrics (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	value DOUBLE NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop, name), 
	FOREIGN KEY(tenant, experiment, loop) REFERENCES loops (tenant, experiment, number) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "loop_metrics" VALUES('default','run',1,'labels',4.0);
INSERT INTO "loop_metrics" VALUES('default','run',2,'labels',8.0);
INSERT INTO "loop_metrics" VALUES('default','run',3,'labels',12.0);
CREATE TABLE loops (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	number INTEGER NOT NULL, 
	labeled_count BIGINT NOT NULL, 
	abstained_count BIGINT NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (tenant, experiment, number), 
	FOREIGN KEY(tenant, experiment) REFERENCES experiments (tenant, id) ON DELETE CASCADE
);
INSERT INTO "loops" VALUES('default','run',0,0,0,'2026-11-21 09:38:05.932658');
INSERT INTO "loops" VALUES('default','run',1,4,0,'2026-11-21 09:38:11.676989');
INSERT INTO "loops" VALUES('default','run',2,8,0,'2026-11-21 09:38:14.252876');
INSERT INTO "loops" VALUES('default','run',3,12,0,'2026-11-21 09:38:17.632671');
CREATE TABLE model_files (
	tenant VARCHAR(63) NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	data BLOB NOT NULL, 
	crc32 BIGINT NOT NULL, 
	PRIMARY KEY (tenant, version, name), 
	FOREIGN KEY(tenant, version) REFERENCES models (tenant, version) ON DELETE CASCADE
);
CREATE TABLE model_roles (
	tenant VARCHAR(63) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	number INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	below INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (tenant, role, number)
);
CREATE TABLE models (
	tenant VARCHAR(63) NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	published DATETIME NOT NULL, 
	PRIMARY KEY (tenant, version)
);
CREATE TABLE outcomes (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	position BIGINT NOT NULL, 
	loop INTEGER NOT NULL, 
	abstained BOOLEAN NOT NULL, 
	correct BOOLEAN, 
	loss DOUBLE, 
	cost DOUBLE, 
	seconds DOUBLE, 
	annotator TEXT NOT NULL, 
	PRIMARY KEY (tenant, experiment, position), 
	FOREIGN KEY(tenant, experiment) REFERENCES experiments (tenant, id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "outcomes" VALUES('default','run',4,3,0,0,1.09861230850219726562e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',6,2,0,0,1.09861230850219726562e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',11,0,0,NULL,NULL,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',17,2,0,0,1.7007293701171875e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',19,1,0,1,7.21636474132537841796e-01,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',20,0,0,NULL,NULL,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',24,1,0,0,1.66867399215698242187e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',27,0,0,NULL,NULL,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',28,1,0,0,1.64607286453247070312e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',33,1,0,0,1.09861230850219726562e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',34,2,0,0,1.09861230850219726562e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',35,2,0,0,1.09861230850219726562e+00,NULL,NULL,'');
INSERT INTO "outcomes" VALUES('default','run',39,0,0,NULL,NULL,NULL,NULL,'');
CREATE TABLE requests (
	tenant VARCHAR(63) NOT NULL, 
	id VARCHAR(256) NOT NULL, 
	method TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	response BLOB NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (tenant, id)
)
 WITHOUT ROWID

;
INSERT INTO "requests" VALUES('default','10eb2831b7934e4dbff77cbc49321df9','ReportLoop',X'A7129561E1243518E2CE2671EA353C58F7CD322F46FF02D1D9ACC69C8D38239C',X'0A176578706572696D656E74732F72756E2F6C6F6F70732F32100218082A110A066C6162656C73110000000000002040321F0A0D70726F626162696C697469657312033C6634182020032DFE15298030014A0B0886CD85D80610E0A9CA7852170A0C636C61737365735F7365656E11000000000000F03F521A0A0F636F6D6D6F6E6573745F736861726511000000000000E03F52180A0D6C6162656C5F62616C616E636511DACF4F64DD48EE3F521E0A136E65696768626F75725F61677265656D656E7411000000000000E83F52170A0C7261726573745F736861726511000000000000D03F','2026-11-21 09:38:14.252876');
INSERT INTO "requests" VALUES('default','266becc6cfc34b07a633aa95a4d771d9','ReportLabels',X'EF5445003076AF9BECF4F6FE876EC75050A73D59FDEAACCD32A306A58C5C1F75',X'0808','2026-11-21 09:38:13.311539');
INSERT INTO "requests" VALUES('default','398de80078474923a6da7ecb68f4d523','Decide',X'B8EB9455C2E14D2D9A57FCE6DCA240F80339D8431D2761E07E9C829D0044538A',X'0A206578706572696D656E74732F72756E2F6C6F6F70732F332F6465636973696F6E1227080112110A06726566696E6511000000000000F03F19000000000000F03F219A9999999999A93F1804209BAF8EECBFF4B2C6AD012A057072696F723201323A5C342E30206C6162656C732070657220636C61737320736F206661723A20737072656164206F7665722074686520756E6365727461696E20726567696F6E732C207768657265207468657265206973206E6F206C6162656C207965742E42240A0462616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E42300A0A62617463685F62616C6412076D656D626572731A196D656D6265727320776173206E6F74207265706F727465642E424B0A11626F756E646172795F64697374616E63651211626F756E646172795F64697374616E63651A23626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E424B0A11636F6E73656E7375735F656E74726F70791211636F6E73656E7375735F656E74726F70791A23636F6E73656E7375735F656E74726F707920776173206E6F74207265706F727465642E42430A05637669727312136C6162656C5F70726F626162696C69746965731A256C6162656C5F70726F626162696C697469657320776173206E6F74207265706F727465642E42570A15646574656374696F6E5F756E6365727461696E74791215646574656374696F6E5F756E6365727461696E74791A27646574656374696F6E5F756E6365727461696E747920776173206E6F74207265706F727465642E42240A04657069671204657069671A166570696720776173206E6F74207265706F727465642E42420A0E65787065637465645F6572726F72120E65787065637465645F6572726F721A2065787065637465645F6572726F7220776173206E6F74207265706F727465642E42600A1865787065637465645F6772616469656E745F6C656E677468121865787065637465645F6772616469656E745F6C656E6774681A2A65787065637465645F6772616469656E745F6C656E67746820776173206E6F74207265706F727465642E42570A1565787065637465645F6D6F64656C5F6368616E6765121565787065637465645F6D6F64656C5F6368616E67651A2765787065637465645F6D6F64656C5F6368616E676520776173206E6F74207265706F727465642E423F0A0D6772616469656E745F6E6F726D120D6772616469656E745F6E6F726D1A1F6772616469656E745F6E6F726D20776173206E6F74207265706F727465642E423D0A116772656564795F73616D706C696E675F79120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E42440A18696D70726F7665645F6772656564795F73616D706C696E67120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E422A0A066B6C5F6D617812066B6C5F6D61781A186B6C5F6D617820776173206E6F74207265706F727465642E4289010A1F6C6162656C5F63617264696E616C6974795F696E636F6E73697374656E637912116C6162656C5F63617264696E616C6974791A536C6162656C5F63617264696E616C69747920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E426C0A0C6C6162656C5F6D617267696E120C6C6162656C5F6D617267696E1A4E6C6162656C5F6D617267696E20776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E422C0A0C6C6172676573745F6C6F737312046C6F73731A166C6F737320776173206E6F74207265706F727465642E42630A196C656173745F73657175656E63655F636F6E666964656E636512196C656173745F73657175656E63655F636F6E666964656E63651A2B6C656173745F73657175656E63655F636F6E666964656E636520776173206E6F74207265706F727465642E42340A046D636C75120C6465636973696F6E5F6761701A1E6465636973696F6E5F67617020776173206E6F74207265706F727465642E427E0A126D65616E5F6C6162656C5F656E74726F707912126D65616E5F6C6162656C5F656E74726F70791A546D65616E5F6C6162656C5F656E74726F707920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42300A086D65616E5F73746412086D65616E5F7374641A1A6D65616E5F73746420776173206E6F74207265706F727465642E42240A046D6E6C7012046D6E6C701A166D6E6C7020776173206E6F74207265706F727465642E42730A066D735F6373761211626F756E646172795F64697374616E6365120F6E6561726573745F737570706F72741A45626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E206E6561726573745F737570706F727420776173206E6F74207265706F727465642E425D0A176E6F726D616C697365645F766F74655F656E74726F707912176E6F726D616C697365645F766F74655F656E74726F70791A296E6F726D616C697365645F766F74655F656E74726F707920776173206E6F74207265706F727465642E422A0A0A706F7765725F62616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E42510A1370726564696374696F6E5F76617269616E6365121370726564696374696F6E5F76617269616E63651A2570726564696374696F6E5F76617269616E636520776173206E6F74207265706F727465642E422F0A0D7461726765745F67726F757073120567726F75701A1767726F757020776173206E6F74207265706F727465642E423F0A0D746F6B656E5F656E74726F7079120D746F6B656E5F656E74726F70791A1F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42510A13746F74616C5F746F6B656E5F656E74726F70791213746F74616C5F746F6B656E5F656E74726F70791A25746F74616C5F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42450A0F766172696174696F6E5F726174696F120F766172696174696F6E5F726174696F1A21766172696174696F6E5F726174696F20776173206E6F74207265706F727465642E423C0A0C766F74655F656E74726F7079120C766F74655F656E74726F70791A1E766F74655F656E74726F707920776173206E6F74207265706F727465642E4A371235546865726520697320627564676574206C6566742C20616E6420746865726520617265207265636F72647320746F206C6162656C2E520C088ACD85D80610A0B5C7D2016800','2026-11-21 09:38:18.934216');
INSERT INTO "requests" VALUES('default','4058a4e1ea3b4f31a02a1d27b16c4ed8','ReportLoop',X'9BF39E152DDCA5B7E37F63B9F63B72E686480C9888B0FBBC7434ACEC18A79489',X'0A176578706572696D656E74732F72756E2F6C6F6F70732F3032160A06736B6574636812033C6632182820042DA9003E7D4A0C08FDCC85D80610D0F6DCBC03','2026-11-21 09:38:05.932658');
INSERT INTO "requests" VALUES('default','40b0af0fda5248a7a66517f6d83b42c5','ReportLabels',X'467F3187FEEDCFC560FB8750E1B76454BFFD1929B0ACDEE109987D3CF62A3067',X'0804','2026-11-21 09:38:10.960623');
INSERT INTO "requests" VALUES('default','4bcf291fedd64d0ca652a717929ab33f','ReportLoop',X'2D96F8D13FADC185C0E4DB791ABDF58072BA57438021D0D199AD14DD4A7DFD49',X'0A176578706572696D656E74732F72756E2F6C6F6F70732F331003180C2A110A066C6162656C73110000000000002840321F0A0D70726F626162696C697469657312033C6634181C20032D52DC15BD30014A0C0889CD85D806109896D7AD0252170A0C636C61737365735F7365656E11000000000000F03F521A0A0F636F6D6D6F6E6573745F736861726511ABAAAAAAAAAADA3F52180A0D6C6162656C5F62616C616E63651173294777D6F2ED3F521E0A136E65696768626F75725F61677265656D656E7411000000000000E83F52170A0C7261726573745F736861726511555555555555C53F','2026-11-21 09:38:17.632671');
INSERT INTO "requests" VALUES('default','5bab0611e3cc48d1bb42fc844247e142','ReportLabels',X'5DFD6BF93698E61E88FD06B5A23A6AA4FE7E4D435FBD144DFEAB879086A9688B',X'080C','2026-11-21 09:38:16.742114');
INSERT INTO "requests" VALUES('default','612fea0a84144108aaa3aa7c09356285','Decide',X'449A14B43FB116538D291892676275CEE2CA4CCF9450367C8B8B7DF1E67FBBF5',X'0A206578706572696D656E74732F72756E2F6C6F6F70732F322F6465636973696F6E1227080112110A06726566696E6511000000000000F03F19000000000000F03F219A9999999999A93F180420E9F0F5C9B3F2FAA09F012A057072696F723201323A5C322E37206C6162656C732070657220636C61737320736F206661723A20737072656164206F7665722074686520756E6365727461696E20726567696F6E732C207768657265207468657265206973206E6F206C6162656C207965742E42240A0462616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E42300A0A62617463685F62616C6412076D656D626572731A196D656D6265727320776173206E6F74207265706F727465642E424B0A11626F756E646172795F64697374616E63651211626F756E646172795F64697374616E63651A23626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E424B0A11636F6E73656E7375735F656E74726F70791211636F6E73656E7375735F656E74726F70791A23636F6E73656E7375735F656E74726F707920776173206E6F74207265706F727465642E42430A05637669727312136C6162656C5F70726F626162696C69746965731A256C6162656C5F70726F626162696C697469657320776173206E6F74207265706F727465642E42570A15646574656374696F6E5F756E6365727461696E74791215646574656374696F6E5F756E6365727461696E74791A27646574656374696F6E5F756E6365727461696E747920776173206E6F74207265706F727465642E42240A04657069671204657069671A166570696720776173206E6F74207265706F727465642E42420A0E65787065637465645F6572726F72120E65787065637465645F6572726F721A2065787065637465645F6572726F7220776173206E6F74207265706F727465642E42600A1865787065637465645F6772616469656E745F6C656E677468121865787065637465645F6772616469656E745F6C656E6774681A2A65787065637465645F6772616469656E745F6C656E67746820776173206E6F74207265706F727465642E42570A1565787065637465645F6D6F64656C5F6368616E6765121565787065637465645F6D6F64656C5F6368616E67651A2765787065637465645F6D6F64656C5F6368616E676520776173206E6F74207265706F727465642E423F0A0D6772616469656E745F6E6F726D120D6772616469656E745F6E6F726D1A1F6772616469656E745F6E6F726D20776173206E6F74207265706F727465642E423D0A116772656564795F73616D706C696E675F79120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E42440A18696D70726F7665645F6772656564795F73616D706C696E67120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E422A0A066B6C5F6D617812066B6C5F6D61781A186B6C5F6D617820776173206E6F74207265706F727465642E4289010A1F6C6162656C5F63617264696E616C6974795F696E636F6E73697374656E637912116C6162656C5F63617264696E616C6974791A536C6162656C5F63617264696E616C69747920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E426C0A0C6C6162656C5F6D617267696E120C6C6162656C5F6D617267696E1A4E6C6162656C5F6D617267696E20776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E422C0A0C6C6172676573745F6C6F737312046C6F73731A166C6F737320776173206E6F74207265706F727465642E42630A196C656173745F73657175656E63655F636F6E666964656E636512196C656173745F73657175656E63655F636F6E666964656E63651A2B6C656173745F73657175656E63655F636F6E666964656E636520776173206E6F74207265706F727465642E42340A046D636C75120C6465636973696F6E5F6761701A1E6465636973696F6E5F67617020776173206E6F74207265706F727465642E427E0A126D65616E5F6C6162656C5F656E74726F707912126D65616E5F6C6162656C5F656E74726F70791A546D65616E5F6C6162656C5F656E74726F707920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42300A086D65616E5F73746412086D65616E5F7374641A1A6D65616E5F73746420776173206E6F74207265706F727465642E42240A046D6E6C7012046D6E6C701A166D6E6C7020776173206E6F74207265706F727465642E42730A066D735F6373761211626F756E646172795F64697374616E6365120F6E6561726573745F737570706F72741A45626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E206E6561726573745F737570706F727420776173206E6F74207265706F727465642E425D0A176E6F726D616C697365645F766F74655F656E74726F707912176E6F726D616C697365645F766F74655F656E74726F70791A296E6F726D616C697365645F766F74655F656E74726F707920776173206E6F74207265706F727465642E422A0A0A706F7765725F62616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E42510A1370726564696374696F6E5F76617269616E6365121370726564696374696F6E5F76617269616E63651A2570726564696374696F6E5F76617269616E636520776173206E6F74207265706F727465642E422F0A0D7461726765745F67726F757073120567726F75701A1767726F757020776173206E6F74207265706F727465642E423F0A0D746F6B656E5F656E74726F7079120D746F6B656E5F656E74726F70791A1F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42510A13746F74616C5F746F6B656E5F656E74726F70791213746F74616C5F746F6B656E5F656E74726F70791A25746F74616C5F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42450A0F766172696174696F6E5F726174696F120F766172696174696F6E5F726174696F1A21766172696174696F6E5F726174696F20776173206E6F74207265706F727465642E423C0A0C766F74655F656E74726F7079120C766F74655F656E74726F70791A1E766F74655F656E74726F707920776173206E6F74207265706F727465642E4A371235546865726520697320627564676574206C6566742C20616E6420746865726520617265207265636F72647320746F206C6162656C2E520C0886CD85D80610A0A793D4026801','2026-11-21 09:38:15.107362');
INSERT INTO "requests" VALUES('default','946bdafa22c04b96b5163f27ca8874a0','CreateExperiment',X'76905896EDB3365B81EFCBE71DD168806B11C7EE2D5E39B034E1BB8DB76910F2',X'0A0F6578706572696D656E74732F72756E1220313137373436653639396539343332333939633462346563356663616230326118012003282832403231613838373730613036303532363636613165653765323232373762343361323164366632303964353165656237313361383265373763663837396330353138184004480350015804699A9999999999A93F8A010C08FCCC85D80610B090AD9C0392010C08FCCC85D80610B090AD9C03980101A901000000000000F03FB1010000000000000000','2026-11-21 09:38:04.864766');
INSERT INTO "requests" VALUES('default','a332036cc5fb42e38153c87c6ba30bfc','PutColumnChunk',X'39181E718C138F3A0B46CF60B9985294CE257AFBDE7183198A0B88B86C2BAF45',X'0824','2026-11-21 09:38:11.572600');
INSERT INTO "requests" VALUES('default','b409088994f94fe08ec7a99449bd305c','ReportLabels',X'515D452F6755DE55C7D26F744D6B81C9809A3C27020D957223531A3205A901AE',X'080D','2026-11-21 09:38:19.536921');
INSERT INTO "requests" VALUES('default','bc361c698bbe48a8a63f8d9a8983f370','Decide',X'4F95FE173272AEFCBD90ECAF1856BD25B672A762ECA1F0400366A642FC5A9173',X'0A206578706572696D656E74732F72756E2F6C6F6F70732F312F6465636973696F6E1227080112110A06726566696E6511000000000000F03F19000000000000F03F219A9999999999A93F18042088D780DAB1A6C3C89E012A057072696F723201323A5C312E33206C6162656C732070657220636C61737320736F206661723A20737072656164206F7665722074686520756E6365727461696E20726567696F6E732C207768657265207468657265206973206E6F206C6162656C207965742E42240A0462616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E42300A0A62617463685F62616C6412076D656D626572731A196D656D6265727320776173206E6F74207265706F727465642E424B0A11626F756E646172795F64697374616E63651211626F756E646172795F64697374616E63651A23626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E424B0A11636F6E73656E7375735F656E74726F70791211636F6E73656E7375735F656E74726F70791A23636F6E73656E7375735F656E74726F707920776173206E6F74207265706F727465642E42430A05637669727312136C6162656C5F70726F626162696C69746965731A256C6162656C5F70726F626162696C697469657320776173206E6F74207265706F727465642E42570A15646574656374696F6E5F756E6365727461696E74791215646574656374696F6E5F756E6365727461696E74791A27646574656374696F6E5F756E6365727461696E747920776173206E6F74207265706F727465642E4287010A1064796E616D6963735F656E74726F7079121064796E616D6963735F656E74726F70791A6164796E616D6963735F656E74726F707920666F6C6C6F77732066726F6D2070726F626162696C6974696573206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E42240A04657069671204657069671A166570696720776173206E6F74207265706F727465642E42420A0E65787065637465645F6572726F72120E65787065637465645F6572726F721A2065787065637465645F6572726F7220776173206E6F74207265706F727465642E42600A1865787065637465645F6772616469656E745F6C656E677468121865787065637465645F6772616469656E745F6C656E6774681A2A65787065637465645F6772616469656E745F6C656E67746820776173206E6F74207265706F727465642E42570A1565787065637465645F6D6F64656C5F6368616E6765121565787065637465645F6D6F64656C5F6368616E67651A2765787065637465645F6D6F64656C5F6368616E676520776173206E6F74207265706F727465642E427A0A036668731213656E74726F70795F666C756374756174696F6E1A5E656E74726F70795F666C756374756174696F6E20666F6C6C6F77732066726F6D20656E74726F7079206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E42770A0A666F7267657474696E67120A666F7267657474696E671A5D666F7267657474696E6720666F6C6C6F77732066726F6D207072656469637465645F636C617373206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E423F0A0D6772616469656E745F6E6F726D120D6772616469656E745F6E6F726D1A1F6772616469656E745F6E6F726D20776173206E6F74207265706F727465642E423D0A116772656564795F73616D706C696E675F79120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E427F0A13686973746F72795F756E6365727461696E7479120E6D617267696E5F686973746F72791A586D617267696E5F686973746F727920666F6C6C6F77732066726F6D206D617267696E206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E42440A18696D70726F7665645F6772656564795F73616D706C696E67120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E422A0A066B6C5F6D617812066B6C5F6D61781A186B6C5F6D617820776173206E6F74207265706F727465642E4289010A1F6C6162656C5F63617264696E616C6974795F696E636F6E73697374656E637912116C6162656C5F63617264696E616C6974791A536C6162656C5F63617264696E616C69747920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E4289010A106C6162656C5F64697370657273696F6E12106C6162656C5F64697370657273696F6E1A636C6162656C5F64697370657273696F6E20666F6C6C6F77732066726F6D207072656469637465645F636C617373206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E426C0A0C6C6162656C5F6D617267696E120C6C6162656C5F6D617267696E1A4E6C6162656C5F6D617267696E20776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E422C0A0C6C6172676573745F6C6F737312046C6F73731A166C6F737320776173206E6F74207265706F727465642E42630A196C656173745F73657175656E63655F636F6E666964656E636512196C656173745F73657175656E63655F636F6E666964656E63651A2B6C656173745F73657175656E63655F636F6E666964656E636520776173206E6F74207265706F727465642E42340A046D636C75120C6465636973696F6E5F6761701A1E6465636973696F6E5F67617020776173206E6F74207265706F727465642E427E0A126D65616E5F6C6162656C5F656E74726F707912126D65616E5F6C6162656C5F656E74726F70791A546D65616E5F6C6162656C5F656E74726F707920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42300A086D65616E5F73746412086D65616E5F7374641A1A6D65616E5F73746420776173206E6F74207265706F727465642E42240A046D6E6C7012046D6E6C701A166D6E6C7020776173206E6F74207265706F727465642E42730A066D735F6373761211626F756E646172795F64697374616E6365120F6E6561726573745F737570706F72741A45626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E206E6561726573745F737570706F727420776173206E6F74207265706F727465642E425D0A176E6F726D616C697365645F766F74655F656E74726F707912176E6F726D616C697365645F766F74655F656E74726F70791A296E6F726D616C697365645F766F74655F656E74726F707920776173206E6F74207265706F727465642E422A0A0A706F7765725F62616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E4289010A1070726564696374696F6E5F666C697073121070726564696374696F6E5F666C6970731A6370726564696374696F6E5F666C69707320666F6C6C6F77732066726F6D207072656469637465645F636C617373206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E42510A1370726564696374696F6E5F76617269616E6365121370726564696374696F6E5F76617269616E63651A2570726564696374696F6E5F76617269616E636520776173206E6F74207265706F727465642E422F0A0D7461726765745F67726F757073120567726F75701A1767726F757020776173206E6F74207265706F727465642E428F010A1474656D706F72616C5F64697363726570616E637912126F75747075745F64697363726570616E63791A636F75747075745F64697363726570616E637920666F6C6C6F77732066726F6D2070726F626162696C6974696573206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E423F0A0D746F6B656E5F656E74726F7079120D746F6B656E5F656E74726F70791A1F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42510A13746F74616C5F746F6B656E5F656E74726F70791213746F74616C5F746F6B656E5F656E74726F70791A25746F74616C5F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42450A0F766172696174696F6E5F726174696F120F766172696174696F6E5F726174696F1A21766172696174696F6E5F726174696F20776173206E6F74207265706F727465642E423C0A0C766F74655F656E74726F7079120C766F74655F656E74726F70791A1E766F74655F656E74726F707920776173206E6F74207265706F727465642E42730A0477736873120F656E74726F70795F686973746F72791A5A656E74726F70795F686973746F727920666F6C6C6F77732066726F6D20656E74726F7079206F766572206C6F6F70732C20616E64207468657265206973206E6F6E65206F6620616E206561726C696572206C6F6F70207965742E4A371235546865726520697320627564676574206C6566742C20616E6420746865726520617265207265636F72647320746F206C6162656C2E520B0884CD85D80610D88AC10B6801','2026-11-21 09:38:12.368528');
INSERT INTO "requests" VALUES('default','be6248fbde1f4597967725d12f237d82','PutColumnChunk',X'E33F9410CF38E8F09EA9DF0B9BE22981FED0A4ED5D92CCC278974A9255BF40E8',X'081C','2026-11-21 09:38:17.127019');
INSERT INTO "requests" VALUES('default','c172634bf5264f8280f14c721816ef72','ReportLoop',X'3988FCAABFA7151AFA14D6BE273646D39FD4E482AEF683B444B040439F038220',X'0A176578706572696D656E74732F72756E2F6C6F6F70732F31100118042A110A066C6162656C73110000000000001040321F0A0D70726F626162696C697469657312033C6634182420032D6E9082AF30014A0C0883CD85D80610C890E8C20252170A0C636C61737365735F7365656E11000000000000F03F521A0A0F636F6D6D6F6E6573745F736861726511000000000000E03F52180A0D6C6162656C5F62616C616E636511DACF4F64DD48EE3F521E0A136E65696768626F75725F61677265656D656E7411000000000000E03F52170A0C7261726573745F736861726511000000000000D03F','2026-11-21 09:38:11.676989');
INSERT INTO "requests" VALUES('default','ce6575a8dfa6445db41be11e476f66d4','PutColumnChunk',X'98CC76F0A29CA30EB729EA51DFED69FEAE5586286D3A099D0F55AACAE50B5D04',X'0820','2026-11-21 09:38:13.878595');
INSERT INTO "requests" VALUES('default','d5844d7a577f4d9d9e8df2dc6d5f5627','Decide',X'FAA5DA49226FB0B04A6AAB8E1573EA889BD054DC7AEC84080E6D5D915EE2B99B',X'0A206578706572696D656E74732F72756E2F6C6F6F70732F302F6465636973696F6E122B080112150A0A7479706963616C69747911000000000000F03F19000000000000F03F219A9999999999A93F1804209BE2F5EFF5ADA383AD012A057072696F723201323A5D302E30206C6162656C732070657220636C61737320736F2066617220616E64206E6F206D6F64656C207965743A207479706963616C207265636F7264732C206F6620726567696F6E7320746861742068617665206E6F206C6162656C2E42370A056261646765120D70726F626162696C69746965731A1F70726F626162696C697469657320776173206E6F74207265706F727465642E42240A0462616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E42300A0A62617463685F62616C6412076D656D626572731A196D656D6265727320776173206E6F74207265706F727465642E424B0A11626F756E646172795F64697374616E63651211626F756E646172795F64697374616E63651A23626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E42350A0363616C120D70726F626162696C69746965731A1F70726F626162696C697469657320776173206E6F74207265706F727465642E42C1010A15636C6173735F62616C616E6365645F6D617267696E120F7072656469637465645F636C61737312066D617267696E1A8E017072656469637465645F636C61737320776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E206D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42420A10636C6173735F626F756E646172696573120D70726F626162696C69746965731A1F70726F626162696C697469657320776173206E6F74207265706F727465642E42360A04636C7565120D70726F626162696C69746965731A1F70726F626162696C697469657320776173206E6F74207265706F727465642E425C0A0E636C75737465725F6D617267696E12066D617267696E1A426D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E424B0A11636F6E73656E7375735F656E74726F70791211636F6E73656E7375735F656E74726F70791A23636F6E73656E7375735F656E74726F707920776173206E6F74207265706F727465642E42430A05637669727312136C6162656C5F70726F626162696C69746965731A256C6162656C5F70726F626162696C697469657320776173206E6F74207265706F727465642E42600A1064656E736974795F77656967687465641207656E74726F70791A43656E74726F707920776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42570A15646574656374696F6E5F756E6365727461696E74791215646574656374696F6E5F756E6365727461696E74791A27646574656374696F6E5F756E6365727461696E747920776173206E6F74207265706F727465642E42720A1064796E616D6963735F656E74726F7079121064796E616D6963735F656E74726F70791A4C64796E616D6963735F656E74726F707920776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42570A07656E74726F70791207656E74726F70791A43656E74726F707920776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42240A04657069671204657069671A166570696720776173206E6F74207265706F727465642E425C0A0E657073696C6F6E5F6D617267696E12066D617267696E1A426D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42420A0E65787065637465645F6572726F72120E65787065637465645F6572726F721A2065787065637465645F6572726F7220776173206E6F74207265706F727465642E42600A1865787065637465645F6772616469656E745F6C656E677468121865787065637465645F6772616469656E745F6C656E6774681A2A65787065637465645F6772616469656E745F6C656E67746820776173206E6F74207265706F727465642E42570A1565787065637465645F6D6F64656C5F6368616E6765121565787065637465645F6D6F64656C5F6368616E67651A2765787065637465645F6D6F64656C5F6368616E676520776173206E6F74207265706F727465642E425F0A11666163696C6974795F6C6F636174696F6E12066D617267696E1A426D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42B3010A036668731207656E74726F70791213656E74726F70795F666C756374756174696F6E1A8D01656E74726F707920776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E20656E74726F70795F666C756374756174696F6E20776173206E6F74207265706F727465642C206E6F7220656E74726F70792C2066726F6D20776869636820697420666F6C6C6F77732E42620A0A666F7267657474696E67120A666F7267657474696E671A48666F7267657474696E6720776173206E6F74207265706F727465642C206E6F72207072656469637465645F636C6173732C2066726F6D20776869636820697420666F6C6C6F77732E423F0A0D6772616469656E745F6E6F726D120D6772616469656E745F6E6F726D1A1F6772616469656E745F6E6F726D20776173206E6F74207265706F727465642E423D0A116772656564795F73616D706C696E675F79120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E426A0A13686973746F72795F756E6365727461696E7479120E6D617267696E5F686973746F72791A436D617267696E5F686973746F727920776173206E6F74207265706F727465642C206E6F72206D617267696E2C2066726F6D20776869636820697420666F6C6C6F77732E42440A18696D70726F7665645F6772656564795F73616D706C696E67120A70726564696374696F6E1A1C70726564696374696F6E20776173206E6F74207265706F727465642E422A0A066B6C5F6D617812066B6C5F6D61781A186B6C5F6D617820776173206E6F74207265706F727465642E4289010A1F6C6162656C5F63617264696E616C6974795F696E636F6E73697374656E637912116C6162656C5F63617264696E616C6974791A536C6162656C5F63617264696E616C69747920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42740A106C6162656C5F64697370657273696F6E12106C6162656C5F64697370657273696F6E1A4E6C6162656C5F64697370657273696F6E20776173206E6F74207265706F727465642C206E6F72207072656469637465645F636C6173732C2066726F6D20776869636820697420666F6C6C6F77732E426C0A0C6C6162656C5F6D617267696E120C6C6162656C5F6D617267696E1A4E6C6162656C5F6D617267696E20776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E422C0A0C6C6172676573745F6C6F737312046C6F73731A166C6F737320776173206E6F74207265706F727465642E42720A106C656173745F636F6E666964656E636512106C656173745F636F6E666964656E63651A4C6C656173745F636F6E666964656E636520776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42630A196C656173745F73657175656E63655F636F6E666964656E636512196C656173745F73657175656E63655F636F6E666964656E63651A2B6C656173745F73657175656E63655F636F6E666964656E636520776173206E6F74207265706F727465642E42540A066D617267696E12066D617267696E1A426D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E425C0A0E6D617267696E5F64656E7369747912066D617267696E1A426D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42340A046D636C75120C6465636973696F6E5F6761701A1E6465636973696F6E5F67617020776173206E6F74207265706F727465642E427E0A126D65616E5F6C6162656C5F656E74726F707912126D65616E5F6C6162656C5F656E74726F70791A546D65616E5F6C6162656C5F656E74726F707920776173206E6F74207265706F727465642C206E6F72206C6162656C5F70726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42300A086D65616E5F73746412086D65616E5F7374641A1A6D65616E5F73746420776173206E6F74207265706F727465642E42240A046D6E6C7012046D6E6C701A166D6E6C7020776173206E6F74207265706F727465642E42730A066D735F6373761211626F756E646172795F64697374616E6365120F6E6561726573745F737570706F72741A45626F756E646172795F64697374616E636520776173206E6F74207265706F727465642E206E6561726573745F737570706F727420776173206E6F74207265706F727465642E425D0A176E6F726D616C697365645F766F74655F656E74726F707912176E6F726D616C697365645F766F74655F656E74726F70791A296E6F726D616C697365645F766F74655F656E74726F707920776173206E6F74207265706F727465642E422A0A0A706F7765725F62616C64120462616C641A1662616C6420776173206E6F74207265706F727465642E425D0A0D706F7765725F656E74726F70791207656E74726F70791A43656E74726F707920776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E425A0A0C706F7765725F6D617267696E12066D617267696E1A426D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42740A1070726564696374696F6E5F666C697073121070726564696374696F6E5F666C6970731A4E70726564696374696F6E5F666C69707320776173206E6F74207265706F727465642C206E6F72207072656469637465645F636C6173732C2066726F6D20776869636820697420666F6C6C6F77732E42510A1370726564696374696F6E5F76617269616E6365121370726564696374696F6E5F76617269616E63651A2570726564696374696F6E5F76617269616E636520776173206E6F74207265706F727465642E42B8010A0C7261726573745F636C617373120F7072656469637465645F636C61737312066D617267696E1A8E017072656469637465645F636C61737320776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E206D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42510A05726174696F1205726174696F1A41726174696F20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42A2010A06726566696E6512066D617267696E1207656E74726F70791A86016D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E20656E74726F707920776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E42BA010A0E7461726765745F636C6173736573120F7072656469637465645F636C61737312066D617267696E1A8E017072656469637465645F636C61737320776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E206D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E427A0A0D7461726765745F67726F757073120567726F757012066D617267696E1A5A67726F757020776173206E6F74207265706F727465642E206D617267696E20776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E427A0A1474656D706F72616C5F64697363726570616E637912126F75747075745F64697363726570616E63791A4E6F75747075745F64697363726570616E637920776173206E6F74207265706F727465642C206E6F722070726F626162696C69746965732C2066726F6D20776869636820697420666F6C6C6F77732E423F0A0D746F6B656E5F656E74726F7079120D746F6B656E5F656E74726F70791A1F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42510A13746F74616C5F746F6B656E5F656E74726F70791213746F74616C5F746F6B656E5F656E74726F70791A25746F74616C5F746F6B656E5F656E74726F707920776173206E6F74207265706F727465642E42450A0F766172696174696F6E5F726174696F120F766172696174696F6E5F726174696F1A21766172696174696F6E5F726174696F20776173206E6F74207265706F727465642E423C0A0C766F74655F656E74726F7079120C766F74655F656E74726F70791A1E766F74655F656E74726F707920776173206E6F74207265706F727465642E425E0A0477736873120F656E74726F70795F686973746F72791A45656E74726F70795F686973746F727920776173206E6F74207265706F727465642C206E6F7220656E74726F70792C2066726F6D20776869636820697420666F6C6C6F77732E4A371235546865726520697320627564676574206C6566742C20616E6420746865726520617265207265636F72647320746F206C6162656C2E520C08FECC85D80610A09EDF95016801','2026-11-21 09:38:10.213629');
INSERT INTO "requests" VALUES('default','d6eee588e32f4b7cab3484e1b16028a4','PutColumnChunk',X'99FEEEAA130C31F1216A97112AC69F7018D64794F70A056ED65E9C22BE82E82A',X'0828','2026-11-21 09:38:05.475027');
CREATE TABLE shadow_decisions (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	blend JSON NOT NULL, 
	batch_size BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop), 
	FOREIGN KEY(tenant, experiment, loop) REFERENCES decisions (tenant, experiment, loop) ON DELETE CASCADE
);
CREATE TABLE signal_columns (
	tenant VARCHAR(63) NOT NULL, 
	experiment VARCHAR(63) NOT NULL, 
	loop INTEGER NOT NULL, 
	signal VARCHAR(63) NOT NULL, 
	dtype VARCHAR(8) NOT NULL, 
	width INTEGER NOT NULL, 
	rows BIGINT NOT NULL, 
	checksum BIGINT NOT NULL, 
	running BIGINT NOT NULL, 
	coverage INTEGER, aged_out BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (tenant, experiment, loop, signal), 
	FOREIGN KEY(tenant, experiment) REFERENCES experiments (tenant, id) ON DELETE CASCADE
);
INSERT INTO "signal_columns" VALUES('default','run',0,'sketch','<f2',4,40,2101215401,2101215401,0,0);
INSERT INTO "signal_columns" VALUES('default','run',1,'probabilities','<f4',3,36,2944569454,2944569454,1,0);
INSERT INTO "signal_columns" VALUES('default','run',2,'probabilities','<f4',3,32,2150176254,2150176254,1,0);
INSERT INTO "signal_columns" VALUES('default','run',3,'probabilities','<f4',3,28,3172326482,3172326482,1,0);
CREATE INDEX ix_requests_created ON requests (created);
COMMIT;
