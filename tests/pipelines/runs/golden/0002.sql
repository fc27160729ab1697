BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE artifacts (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	path VARCHAR(500) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	bytes INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (run_id, path), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "artifacts" VALUES(1,1,'model.keras','model',1,'2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
CREATE TABLE batch_points (
	run_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	steps INTEGER NOT NULL, 
	mean FLOAT, 
	low FLOAT, 
	high FLOAT, 
	PRIMARY KEY (run_id, step), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
INSERT INTO "batch_points" VALUES(1,5,5,2.0,1.0,3.0);
INSERT INTO "batch_points" VALUES(1,10,5,1.0,0.5,1.5);
INSERT INTO "batch_points" VALUES(1,15,5,6.66666666666666629659e-01,3.33333333333333314829e-01,1.0);
INSERT INTO "batch_points" VALUES(1,20,5,0.5,0.25,0.75);
INSERT INTO "batch_points" VALUES(1,25,5,0.4,0.2,0.6);
INSERT INTO "batch_points" VALUES(1,30,5,3.33333333333333314829e-01,1.66666666666666657414e-01,0.5);
INSERT INTO "batch_points" VALUES(1,35,5,2.85714285714285698425e-01,1.42857142857142849212e-01,4.28571428571428547638e-01);
INSERT INTO "batch_points" VALUES(1,40,5,0.25,0.125,0.375);
INSERT INTO "batch_points" VALUES(2,5,5,2.0,1.0,3.0);
INSERT INTO "batch_points" VALUES(2,10,5,1.0,0.5,1.5);
INSERT INTO "batch_points" VALUES(2,15,5,6.66666666666666629659e-01,3.33333333333333314829e-01,1.0);
INSERT INTO "batch_points" VALUES(2,20,5,0.5,0.25,0.75);
INSERT INTO "batch_points" VALUES(2,21,1,NULL,NULL,NULL);
INSERT INTO "batch_points" VALUES(6,5,5,2.0,1.0,3.0);
INSERT INTO "batch_points" VALUES(6,10,5,1.0,0.5,1.5);
INSERT INTO "batch_points" VALUES(7,5,5,2.0,1.0,3.0);
INSERT INTO "batch_points" VALUES(7,10,5,1.0,0.5,1.5);
CREATE TABLE experiments (
	id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "experiments" VALUES(1,'digits');
INSERT INTO "experiments" VALUES(2,'default');
CREATE TABLE metric_keys (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "metric_keys" VALUES(1,'loss');
INSERT INTO "metric_keys" VALUES(2,'learning_rate');
CREATE TABLE metric_summary (
	run_id INTEGER NOT NULL, 
	key_id INTEGER NOT NULL, 
	split VARCHAR(5) NOT NULL, 
	n INTEGER NOT NULL, 
	last FLOAT, 
	last_epoch INTEGER NOT NULL, 
	min FLOAT, 
	min_epoch INTEGER, 
	max FLOAT, 
	max_epoch INTEGER, 
	PRIMARY KEY (run_id, key_id, split), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE, 
	FOREIGN KEY(key_id) REFERENCES metric_keys (id)
)
 WITHOUT ROWID

;
INSERT INTO "metric_summary" VALUES(1,1,'test',1,0.4,3,0.4,3,0.4,3);
INSERT INTO "metric_summary" VALUES(1,1,'train',4,0.25,3,0.25,3,1.0,0);
INSERT INTO "metric_summary" VALUES(1,1,'val',4,0.3125,3,0.3125,3,1.25,0);
INSERT INTO "metric_summary" VALUES(1,2,'train',4,0.025,3,0.025,3,0.1,0);
INSERT INTO "metric_summary" VALUES(2,1,'train',2,0.5,1,0.5,1,1.0,0);
INSERT INTO "metric_summary" VALUES(2,1,'val',2,0.625,1,0.625,1,1.25,0);
INSERT INTO "metric_summary" VALUES(2,2,'train',2,0.05,1,0.05,1,0.1,0);
INSERT INTO "metric_summary" VALUES(6,1,'train',1,1.0,0,1.0,0,1.0,0);
INSERT INTO "metric_summary" VALUES(6,1,'val',1,1.25,0,1.25,0,1.25,0);
INSERT INTO "metric_summary" VALUES(6,2,'train',1,0.1,0,0.1,0,0.1,0);
INSERT INTO "metric_summary" VALUES(7,1,'train',1,1.0,0,1.0,0,1.0,0);
INSERT INTO "metric_summary" VALUES(7,1,'val',1,1.25,0,1.25,0,1.25,0);
INSERT INTO "metric_summary" VALUES(7,2,'train',1,0.1,0,0.1,0,0.1,0);
CREATE TABLE metrics (
	run_id INTEGER NOT NULL, 
	key_id INTEGER NOT NULL, 
	split VARCHAR(5) NOT NULL, 
	epoch INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	ts FLOAT NOT NULL, 
	value FLOAT, 
	PRIMARY KEY (run_id, key_id, split, step), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE, 
	FOREIGN KEY(key_id) REFERENCES metric_keys (id)
)
 WITHOUT ROWID

;
INSERT INTO "metrics" VALUES(1,1,'test',3,40,1700000006.0,0.4);
INSERT INTO "metrics" VALUES(1,1,'train',0,10,1700000002.0,1.0);
INSERT INTO "metrics" VALUES(1,1,'train',1,20,1700000003.0,0.5);
INSERT INTO "metrics" VALUES(1,1,'train',2,30,1700000004.0,3.33333333333333314829e-01);
INSERT INTO "metrics" VALUES(1,1,'train',3,40,1700000005.0,0.25);
INSERT INTO "metrics" VALUES(1,1,'val',0,10,1700000002.0,1.25);
INSERT INTO "metrics" VALUES(1,1,'val',1,20,1700000003.0,0.625);
INSERT INTO "metrics" VALUES(1,1,'val',2,30,1700000004.0,4.1666666666666668517e-01);
INSERT INTO "metrics" VALUES(1,1,'val',3,40,1700000005.0,0.3125);
INSERT INTO "metrics" VALUES(1,2,'train',0,10,1700000002.0,0.1);
INSERT INTO "metrics" VALUES(1,2,'train',1,20,1700000003.0,0.05);
INSERT INTO "metrics" VALUES(1,2,'train',2,30,1700000004.0,3.33333333333333328707e-02);
INSERT INTO "metrics" VALUES(1,2,'train',3,40,1700000005.0,0.025);
INSERT INTO "metrics" VALUES(2,1,'train',0,10,1700000009.0,1.0);
INSERT INTO "metrics" VALUES(2,1,'train',1,20,1700000010.0,0.5);
INSERT INTO "metrics" VALUES(2,1,'val',0,10,1700000009.0,1.25);
INSERT INTO "metrics" VALUES(2,1,'val',1,20,1700000010.0,0.625);
INSERT INTO "metrics" VALUES(2,2,'train',0,10,1700000009.0,0.1);
INSERT INTO "metrics" VALUES(2,2,'train',1,20,1700000010.0,0.05);
INSERT INTO "metrics" VALUES(6,1,'train',0,10,1700000016.0,1.0);
INSERT INTO "metrics" VALUES(6,1,'val',0,10,1700000016.0,1.25);
INSERT INTO "metrics" VALUES(6,2,'train',0,10,1700000016.0,0.1);
INSERT INTO "metrics" VALUES(7,1,'train',0,10,1700000017.5,1.0);
INSERT INTO "metrics" VALUES(7,1,'val',0,10,1700000017.5,1.25);
INSERT INTO "metrics" VALUES(7,2,'train',0,10,1700000017.5,0.1);
CREATE TABLE run_tags (
	run_id INTEGER NOT NULL, 
	"key" VARCHAR(80) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (run_id, "key"), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "run_tags" VALUES(1,'seeds','0a1b2c3d');
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	uid VARCHAR(12) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	created_at FLOAT NOT NULL, 
	started_at FLOAT, 
	ended_at FLOAT, 
	heartbeat_at FLOAT, 
	host VARCHAR(255), 
	pid INTEGER, 
	pid_created FLOAT, 
	device VARCHAR(20), 
	spec TEXT NOT NULL, 
	error TEXT, 
	parent_uid VARCHAR(12), 
	notes TEXT DEFAULT '' NOT NULL, 
	priority INTEGER DEFAULT '0' NOT NULL, 
	request VARCHAR(10), 
	attempt INTEGER DEFAULT '0' NOT NULL, 
	stopped_epoch INTEGER, 
	best_epoch INTEGER, 
	nonfinite BOOLEAN DEFAULT '0' NOT NULL, 
	progress TEXT, cause VARCHAR(20), position FLOAT DEFAULT '0' NOT NULL, held BOOLEAN DEFAULT '0' NOT NULL, spec_key VARCHAR(16), memory_bytes BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (uid), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (id)
);
INSERT INTO "runs" VALUES(1,'finished0001',1,'all of it','finished',1700000000.5,1700000001.5,1700000007.0,1700000006.5,'host',1,2.5,'cpu','{"schema_version":1,"name":"all of it","experiment":"digits","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"task":null,"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true,"own":true,"method":"random","column":null},"scaling":"rescale","image":{"height":null,"width":null,"colour":"as_is","fit":"crop","interpolation":"bilinear"},"text":{"mode":"sequence","max_tokens":10000,"length":100,"ngrams":1},"pca":null,"augment":[],"corrupt":{"noise":0.0,"mask":0.0,"wrong_labels":0.0,"train_rows":1.0,"seed":0}},"model":{"schema_version":1,"name":"model","nodes":[],"outputs":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"schedule":{"kind":"cosine","config":{},"warmup":0.5,"warmup_from":0.0},"loss":null,"metrics":null,"label_smoothing":0.0,"class_weights":null,"batch_size":32,"epochs":4,"early_stopping":{"monitor":"loss","patience":5,"min_delta":0.0,"restore_best":true,"every_steps":5},"snapshots":{"every":1,"most":20,"most_mib":1024},"precision":"float32","jit":"off","steps_per_execution":"auto","deterministic":false,"backend":"tensorflow","device":"auto"},"seed":0,"tags":{"seeds":"0a1b2c3d"},"start":null}',NULL,NULL,'The best.',0,NULL,1,NULL,3,0,'{"epoch": 4, "epochs": 4, "step": 0, "steps": 10, "examples_per_s": 640.0, "resumed_from": 0, "learning_rate": 0.025, "cpu_percent": 98.5, "memory_bytes": 1073741824, "gpu_percent": null, "gpu_memory_bytes": null}',NULL,1700000000.5,0,'0cc473b3525e5ae7',134217728);
INSERT INTO "runs" VALUES(2,'paused000002',2,'paused','paused',1700000007.5,1700000008.5,1700000011.0,1700000010.5,'host',1,2.5,'cpu','{"schema_version":1,"name":"paused","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"task":null,"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true,"own":true,"method":"random","column":null},"scaling":"rescale","image":{"height":null,"width":null,"colour":"as_is","fit":"crop","interpolation":"bilinear"},"text":{"mode":"sequence","max_tokens":10000,"length":100,"ngrams":1},"pca":null,"augment":[],"corrupt":{"noise":0.0,"mask":0.0,"wrong_labels":0.0,"train_rows":1.0,"seed":0}},"model":{"schema_version":1,"name":"model","nodes":[],"outputs":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"schedule":null,"loss":null,"metrics":null,"label_smoothing":0.0,"class_weights":null,"batch_size":32,"epochs":20,"early_stopping":null,"snapshots":null,"precision":"float32","jit":"off","steps_per_execution":"auto","deterministic":false,"backend":"tensorflow","device":"auto"},"seed":0,"tags":{},"start":null}',NULL,NULL,'',0,NULL,1,NULL,NULL,0,'{"epoch": 2, "epochs": 4, "step": 0, "steps": 10, "examples_per_s": 640.0, "resumed_from": 0, "learning_rate": 0.05, "cpu_percent": 98.5, "memory_bytes": 1073741824, "gpu_percent": null, "gpu_memory_bytes": null}',NULL,1700000007.5,0,'8f4b2182ca124d4b',NULL);
INSERT INTO "runs" VALUES(3,'memory000003',2,'too large','failed',1700000011.5,1700000012.5,1700000013.0,1700000012.5,'host',1,2.5,'gpu:0','{"schema_version":1,"name":"too large","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"task":null,"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true,"own":true,"method":"random","column":null},"scaling":"rescale","image":{"height":null,"width":null,"colour":"as_is","fit":"crop","interpolation":"bilinear"},"text":{"mode":"sequence","max_tokens":10000,"length":100,"ngrams":1},"pca":null,"augment":[],"corrupt":{"noise":0.0,"mask":0.0,"wrong_labels":0.0,"train_rows":1.0,"seed":0}},"model":{"schema_version":1,"name":"model","nodes":[],"outputs":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"schedule":null,"loss":null,"metrics":null,"label_smoothing":0.0,"class_weights":null,"batch_size":"all","epochs":20,"early_stopping":null,"snapshots":null,"precision":"float32","jit":"off","steps_per_execution":"auto","deterministic":false,"backend":"tensorflow","device":"auto"},"seed":0,"tags":{},"start":null}','There was too little memory. Train with a smaller batch.',NULL,'',0,NULL,1,NULL,NULL,0,NULL,'memory',1700000011.5,0,'e7b614e6af18040f',1099511627776);
INSERT INTO "runs" VALUES(4,'held00000004',2,'held','queued',1700000013.5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"schema_version":1,"name":"held","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"task":null,"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true,"own":true,"method":"random","column":null},"scaling":"rescale","image":{"height":null,"width":null,"colour":"as_is","fit":"crop","interpolation":"bilinear"},"text":{"mode":"sequence","max_tokens":10000,"length":100,"ngrams":1},"pca":null,"augment":[],"corrupt":{"noise":0.0,"mask":0.0,"wrong_labels":0.0,"train_rows":1.0,"seed":0}},"model":{"schema_version":1,"name":"model","nodes":[],"outputs":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"schedule":null,"loss":null,"metrics":null,"label_smoothing":0.0,"class_weights":null,"batch_size":32,"epochs":20,"early_stopping":null,"snapshots":null,"precision":"float32","jit":"off","steps_per_execution":"auto","deterministic":false,"backend":"tensorflow","device":"auto"},"seed":0,"tags":{},"start":null}',NULL,NULL,'',0,NULL,0,NULL,NULL,0,NULL,NULL,1700000014.0,1,'8f4b2182ca124d4b',NULL);
INSERT INTO "runs" VALUES(5,'next00000005',2,'next','queued',1700000014.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"schema_version":1,"name":"next","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"task":null,"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true,"own":true,"method":"random","column":null},"scaling":"rescale","image":{"height":null,"width":null,"colour":"as_is","fit":"crop","interpolation":"bilinear"},"text":{"mode":"sequence","max_tokens":10000,"length":100,"ngrams":1},"pca":null,"augment":[],"corrupt":{"noise":0.0,"mask":0.0,"wrong_labels":0.0,"train_rows":1.0,"seed":0}},"model":{"schema_version":1,"name":"model","nodes":[],"outputs":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"schedule":null,"loss":null,"metrics":null,"label_smoothing":0.0,"class_weights":null,"batch_size":32,"epochs":20,"early_stopping":null,"snapshots":null,"precision":"float32","jit":"off","steps_per_execution":"auto","deterministic":false,"backend":"tensorflow","device":"auto"},"seed":0,"tags":{},"start":null}',NULL,NULL,'',0,NULL,0,NULL,NULL,0,NULL,NULL,1700000013.999,0,'8f4b2182ca124d4b',NULL);
INSERT INTO "runs" VALUES(6,'lost00000006',2,'lost','lost',1700000014.5,1700000015.5,1700000017.0,1700000016.5,'host',1,2.5,'cpu','{"schema_version":1,"name":"lost","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"task":null,"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true,"own":true,"method":"random","column":null},"scaling":"rescale","image":{"height":null,"width":null,"colour":"as_is","fit":"crop","interpolation":"bilinear"},"text":{"mode":"sequence","max_tokens":10000,"length":100,"ngrams":1},"pca":null,"augment":[],"corrupt":{"noise":0.0,"mask":0.0,"wrong_labels":0.0,"train_rows":1.0,"seed":0}},"model":{"schema_version":1,"name":"model","nodes":[],"outputs":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"schedule":null,"loss":null,"metrics":null,"label_smoothing":0.0,"class_weights":null,"batch_size":32,"epochs":20,"early_stopping":null,"snapshots":null,"precision":"float32","jit":"off","steps_per_execution":"auto","deterministic":false,"backend":"tensorflow","device":"auto"},"seed":0,"tags":{},"start":null}','Its process died twice.',NULL,'',0,NULL,1,NULL,NULL,0,'{"epoch": 1, "epochs": 4, "step": 0, "steps": 10, "examples_per_s": 640.0, "resumed_from": 0, "learning_rate": 0.1, "cpu_percent": 98.5, "memory_bytes": 1073741824, "gpu_percent": null, "gpu_memory_bytes": null}','died',1700000014.5,0,'8f4b2182ca124d4b',NULL);
INSERT INTO "runs" VALUES(7,'forked000007',2,'forked','queued',1700000017.5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"schema_version":1,"name":"forked","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"task":null,"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true,"own":true,"method":"random","column":null},"scaling":"rescale","image":{"height":null,"width":null,"colour":"as_is","fit":"crop","interpolation":"bilinear"},"text":{"mode":"sequence","max_tokens":10000,"length":100,"ngrams":1},"pca":null,"augment":[],"corrupt":{"noise":0.0,"mask":0.0,"wrong_labels":0.0,"train_rows":1.0,"seed":0}},"model":{"schema_version":1,"name":"model","nodes":[],"outputs":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"schedule":null,"loss":null,"metrics":null,"label_smoothing":0.0,"class_weights":null,"batch_size":32,"epochs":6,"early_stopping":null,"snapshots":null,"precision":"float32","jit":"off","steps_per_execution":"auto","deterministic":false,"backend":"tensorflow","device":"auto"},"seed":0,"tags":{},"start":{"run":"paused000002","epoch":1}}',NULL,'paused000002','',-1,NULL,0,NULL,NULL,0,NULL,NULL,1700000017.5,0,'8f4b2182ca124d4b',NULL);
CREATE TABLE services (
	id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	host VARCHAR(255) NOT NULL, 
	pid INTEGER NOT NULL, 
	pid_created FLOAT NOT NULL, 
	started_at FLOAT NOT NULL, 
	info TEXT DEFAULT '{}' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (kind, host, pid)
);
INSERT INTO "services" VALUES(1,'app','host',1,2.0,1700000018.0,'{}');
CREATE TABLE settings (
	"key" VARCHAR(80) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "settings" VALUES('slots.cpu','3');
INSERT INTO "settings" VALUES('slots.gpu','{"gpu:0": 2}');
CREATE INDEX ix_runs_experiment_created ON runs (experiment_id, created_at);
CREATE INDEX ix_runs_status ON runs (status);
CREATE INDEX ix_runs_spec_key ON runs (spec_key);
COMMIT;
