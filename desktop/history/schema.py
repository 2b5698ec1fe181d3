"""The tables, version by version. A version that was released is never changed again."""

VERSION_1 = """
CREATE TABLE chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,  -- where it came from, so that an import does not bring it twice
    title TEXT NOT NULL DEFAULT '',
    draft TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    removal INTEGER
);
CREATE INDEX chats_by_date ON chats (updated_at);

CREATE TABLE turns (  -- short columns first: what follows a long one is slow to reach
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
    parent_id INTEGER REFERENCES turns (id),  -- no cascade: SQLite's ends at a depth of 1000
    removal INTEGER,
    chosen INTEGER NOT NULL DEFAULT 1,
    created_at REAL NOT NULL,
    role TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    thinking_s REAL NOT NULL DEFAULT 0,
    done_reason TEXT NOT NULL DEFAULT '',
    truncated INTEGER NOT NULL DEFAULT 0,
    stats TEXT NOT NULL DEFAULT '{}',
    tool_calls TEXT NOT NULL DEFAULT '[]',
    content TEXT NOT NULL DEFAULT '',
    thinking TEXT NOT NULL DEFAULT ''
);
CREATE INDEX turns_by_chat ON turns (chat_id, removal);
CREATE INDEX turns_by_parent ON turns (parent_id);
CREATE INDEX turns_removed ON turns (removal) WHERE removal IS NOT NULL;

CREATE TABLE removals (id INTEGER PRIMARY KEY AUTOINCREMENT, removed_at REAL NOT NULL);
CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL);

CREATE VIRTUAL TABLE words USING fts5 (
    content, content = 'turns', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE TRIGGER words_in AFTER INSERT ON turns BEGIN
    INSERT INTO words (rowid, content) VALUES (new.id, new.content);
END;
CREATE TRIGGER words_out AFTER DELETE ON turns BEGIN
    INSERT INTO words (words, rowid, content) VALUES ('delete', old.id, old.content);
END;
CREATE TRIGGER words_anew AFTER UPDATE OF content ON turns
WHEN old.content IS NOT new.content BEGIN
    INSERT INTO words (words, rowid, content) VALUES ('delete', old.id, old.content);
    INSERT INTO words (rowid, content) VALUES (new.id, new.content);
END;

CREATE VIRTUAL TABLE titles USING fts5 (
    title, content = 'chats', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE TRIGGER titles_in AFTER INSERT ON chats BEGIN
    INSERT INTO titles (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER titles_out AFTER DELETE ON chats BEGIN
    INSERT INTO titles (titles, rowid, title) VALUES ('delete', old.id, old.title);
END;
CREATE TRIGGER titles_anew AFTER UPDATE OF title ON chats
WHEN old.title IS NOT new.title BEGIN
    INSERT INTO titles (titles, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO titles (rowid, title) VALUES (new.id, new.title);
END
"""

VERSION_2 = """
CREATE TABLE folders (name TEXT PRIMARY KEY);
ALTER TABLE chats ADD COLUMN folder TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;

CREATE TABLE blobs (digest BLOB PRIMARY KEY, data BLOB NOT NULL, used_at REAL NOT NULL);
CREATE TABLE media (
    turn_id INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (turn_id, place)
) WITHOUT ROWID;
CREATE INDEX media_by_digest ON media (digest)
"""

VERSION_3 = """
ALTER TABLE chats ADD COLUMN manner TEXT NOT NULL DEFAULT ''
"""

SCHEMA = (VERSION_1, VERSION_2, VERSION_3)
