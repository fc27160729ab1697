BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
INSERT INTO "metric_keys" VALUES(2,'accuracy');
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
INSERT INTO "metric_summary" VALUES(1,1,'test',1,0.25,2,0.25,2,0.25,2);
INSERT INTO "metric_summary" VALUES(1,1,'train',3,3.33333333333333314829e-01,2,3.33333333333333314829e-01,2,1.0,0);
INSERT INTO "metric_summary" VALUES(1,1,'val',3,3.33333333333333314829e-01,2,3.33333333333333314829e-01,2,1.0,0);
INSERT INTO "metric_summary" VALUES(1,2,'val',3,0.7,2,0.5,0,0.7,2);
INSERT INTO "metric_summary" VALUES(2,1,'train',1,NULL,0,NULL,NULL,NULL,NULL);
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
INSERT INTO "metrics" VALUES(1,1,'test',2,30,1700000007.0,0.25);
INSERT INTO "metrics" VALUES(1,1,'train',0,10,1700000004.0,1.0);
INSERT INTO "metrics" VALUES(1,1,'train',1,20,1700000005.0,0.5);
INSERT INTO "metrics" VALUES(1,1,'train',2,30,1700000006.0,3.33333333333333314829e-01);
INSERT INTO "metrics" VALUES(1,1,'val',0,10,1700000004.0,1.0);
INSERT INTO "metrics" VALUES(1,1,'val',1,20,1700000005.0,0.5);
INSERT INTO "metrics" VALUES(1,1,'val',2,30,1700000006.0,3.33333333333333314829e-01);
INSERT INTO "metrics" VALUES(1,2,'val',0,10,1700000004.0,0.5);
INSERT INTO "metrics" VALUES(1,2,'val',1,20,1700000005.0,0.6);
INSERT INTO "metrics" VALUES(1,2,'val',2,30,1700000006.0,0.7);
INSERT INTO "metrics" VALUES(2,1,'train',0,10,1700000008.5,NULL);
CREATE TABLE run_tags (
	run_id INTEGER NOT NULL, 
	"key" VARCHAR(80) NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (run_id, "key"), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "run_tags" VALUES(1,'variant','dropout');
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
	progress TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (uid), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (id)
);
INSERT INTO "runs" VALUES(1,'finished0001',1,'a good one','finished',1700000000.5,1700000002.5,1700000008.0,1700000007.5,'host',1,2.5,'cpu','{"schema_version":1,"name":"a good one","experiment":"digits","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true},"scaling":"rescale"},"model":{"schema_version":1,"name":"model","nodes":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"loss":null,"metrics":null,"batch_size":32,"epochs":20,"early_stopping":null,"device":"auto"},"seed":0,"tags":{"variant":"dropout"}}',NULL,NULL,'',0,NULL,1,2,2,0,'{"epoch": 3, "epochs": 4, "step": 0, "steps": 10, "examples_per_s": 120.5, "resumed_from": 0}');
INSERT INTO "runs" VALUES(2,'diverged0002',2,'too fast','failed',1700000001.0,1700000003.5,1700000009.5,1700000009.0,'host',1,2.5,'cpu','{"schema_version":1,"name":"too fast","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true},"scaling":"rescale"},"model":{"schema_version":1,"name":"model","nodes":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"loss":null,"metrics":null,"batch_size":32,"epochs":20,"early_stopping":null,"device":"auto"},"seed":0,"tags":{}}','The loss became NaN in epoch 1.','finished0001','',2,NULL,1,NULL,NULL,1,'{"epoch": 0, "epochs": 4, "step": 0, "steps": 10, "examples_per_s": 0.0, "resumed_from": 0}');
INSERT INTO "runs" VALUES(3,'waiting00003',2,'waits','queued',1700000001.5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"schema_version":1,"name":"waits","experiment":"default","data":{"schema_version":1,"source":{"kind":"bundled","name":"digits"},"split":{"val":0.15,"test":0.15,"seed":0,"stratify":true},"scaling":"rescale"},"model":{"schema_version":1,"name":"model","nodes":[]},"train":{"schema_version":1,"optimizer":{"kind":"Adam","config":{}},"loss":null,"metrics":null,"batch_size":32,"epochs":20,"early_stopping":null,"device":"auto"},"seed":0,"tags":{}}',NULL,NULL,'',0,NULL,0,NULL,NULL,0,NULL);
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
INSERT INTO "services" VALUES(1,'app','host',1,2.0,1700000010.0,'{}');
CREATE INDEX ix_runs_experiment_created ON runs (experiment_id, created_at);
CREATE INDEX ix_runs_status ON runs (status);
COMMIT;
