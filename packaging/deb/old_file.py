"""Makes a database as the version with the first N migrations left it, with one app in it: old_file.py MIGRATIONS N FILE"""

import hashlib
import pathlib
import sqlite3
import sys

folder, count, file = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
migrations = sorted(folder.glob("*.sql"))[:count]
db = sqlite3.connect(file)
db.execute(f"PRAGMA application_id = {0x53476175}")
db.execute("PRAGMA journal_mode = WAL")
db.execute("""CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
  installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL,
  execution_time BIGINT NOT NULL)""")
for path in migrations:
    db.executescript(path.read_text())
    version, _, name = path.stem.partition("_")
    checksum = hashlib.sha384(path.read_bytes()).digest()
    row = (int(version), name.replace("_", " "), checksum)
    db.execute("INSERT INTO _sqlx_migrations VALUES (?, ?, CURRENT_TIMESTAMP, 1, ?, 1)", row)
db.execute("INSERT INTO app (id, name, created_ms) VALUES (1, 'from-an-old-file', 0)")
db.commit()
db.close()
