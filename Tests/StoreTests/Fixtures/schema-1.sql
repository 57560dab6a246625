-- A small database as the program with the migrations up to 0001 wrote it.
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1634626682;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (
  name TEXT PRIMARY KEY,
  sql TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
INSERT INTO migration VALUES('0001_targets',replace('-- What is watched. Times are milliseconds since 1970 in UTC in all tables.\n\n-- A service under rollout: one VirtualService and the host it routes.\nCREATE TABLE target (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL UNIQUE CHECK (name <> ''''),\n  namespace TEXT NOT NULL,       -- of the VirtualService\n  virtual_service TEXT NOT NULL,\n  host TEXT NOT NULL,            -- as the VirtualService names it\n  UNIQUE (namespace, virtual_service, name)\n) STRICT;\n\n-- A version of a target, as its requests are labelled.\nCREATE TABLE version (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  name TEXT NOT NULL CHECK (name <> ''''),\n  UNIQUE (target_id, name)\n) STRICT;\n','\n',char(10)),1795507200000);
CREATE TABLE target (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  namespace TEXT NOT NULL,       -- of the VirtualService
  virtual_service TEXT NOT NULL,
  host TEXT NOT NULL,            -- as the VirtualService names it
  UNIQUE (namespace, virtual_service, name)
) STRICT;
INSERT INTO target VALUES(1,'app-backend','istio','app-backend','app-backend');
CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  name TEXT NOT NULL CHECK (name <> ''),
  UNIQUE (target_id, name)
) STRICT;
INSERT INTO version VALUES(1,1,'v1');
INSERT INTO version VALUES(2,1,'v2');
COMMIT;
