-- A phone of 2025: texts in attributedBody, nanoseconds, every kind of row the reader knows.
-- Owner +447700900101; Ben +447700900102; Cal +447700900103; Dana dana@example.org.
CREATE TABLE _SqliteDatabaseProperties (key TEXT, value TEXT, UNIQUE(key));
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL,
  country TEXT, service TEXT NOT NULL, uncanonicalized_id TEXT, UNIQUE (id, service));
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL,
  style INTEGER, chat_identifier TEXT, service_name TEXT, room_name TEXT, display_name TEXT);
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER, UNIQUE(chat_id, handle_id));
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, message_date INTEGER DEFAULT 0,
  PRIMARY KEY (chat_id, message_id));
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER,
  UNIQUE(message_id, attachment_id));
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT, filename TEXT,
  mime_type TEXT);
CREATE TABLE chat_recoverable_message_join (chat_id INTEGER, message_id INTEGER,
  delete_date INTEGER, ck_sync_state INTEGER DEFAULT 0, PRIMARY KEY (chat_id, message_id));
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL,
  text TEXT, handle_id INTEGER DEFAULT 0, subject TEXT, attributedBody BLOB, service TEXT,
  account TEXT, error INTEGER DEFAULT 0, date INTEGER, date_read INTEGER, date_delivered INTEGER,
  is_delivered INTEGER DEFAULT 0, is_from_me INTEGER DEFAULT 0, is_auto_reply INTEGER DEFAULT 0,
  is_read INTEGER DEFAULT 0, is_sent INTEGER DEFAULT 0, is_forward INTEGER DEFAULT 0,
  cache_has_attachments INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, group_title TEXT,
  group_action_type INTEGER DEFAULT 0, share_status INTEGER DEFAULT 0,
  associated_message_guid TEXT, associated_message_type INTEGER DEFAULT 0,
  associated_message_emoji TEXT, destination_caller_id TEXT, message_summary_info BLOB,
  thread_originator_guid TEXT, date_retracted INTEGER DEFAULT 0, date_edited INTEGER DEFAULT 0);

INSERT INTO handle (ROWID, id, service) VALUES (1, '+447700900102', 'iMessage'),
  (2, '+447700900103', 'iMessage'), (3, 'dana@example.org', 'iMessage'),
  (4, '+447700900102', 'SMS');
INSERT INTO chat (ROWID, guid, style, chat_identifier, service_name, display_name) VALUES
  (1, 'iMessage;-;+447700900102', 45, '+447700900102', 'iMessage', NULL),
  (2, 'iMessage;+;chat600100', 43, 'chat600100', 'iMessage', 'Allotment'),
  (3, 'SMS;-;+447700900102', 45, '+447700900102', 'SMS', NULL);
INSERT INTO chat_handle_join VALUES (1, 1), (2, 1), (2, 2), (2, 3), (3, 4);

-- Direct: text in either column, delivery, subject, long text, attachments only.
INSERT INTO message (ROWID, guid, text, attributedBody, handle_id, service, account,
    destination_caller_id, is_from_me, date, is_delivered, is_read, date_read, is_sent, subject)
  VALUES
  (1, 'G01', 'Are you home?', NULL, 1, 'iMessage', 'P:+447700900101', '+447700900101', 0,
    760000000000000000, 1, 1, 760000060000000000, 0, NULL),
  (2, 'G02', NULL, X'040b73747265616d747970656481e803840140848484194e534d757461626c6541747472696275746564537472696e67008484124e5341747472696275746564537472696e67008484084e534f626a6563740085928484840f4e534d757461626c65537472696e67018484084e53537472696e67019584012b0c4e6f74206e6f7720f09f99828684026949010a928484840c4e5344696374696f6e617279009584016901928498981d5f5f6b494d4d657373616765506172744174747269627574654e616d658692848484084e534e756d626572008484074e5356616c7565009584012a849b9b00868686', 1, 'iMessage', 'P:+447700900101', '+447700900101', 1,
    760000100000000000, 1, 0, 0, 1, NULL),
  (3, 'G03', NULL, X'040b73747265616d747970656481e803840140848484194e534d757461626c6541747472696275746564537472696e67008484124e5341747472696275746564537472696e67008484084e534f626a6563740085928484840f4e534d757461626c65537472696e67018484084e53537472696e67019584012b81940041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e2041206c6f6e67206f6e652e20456e642e868402694901819400928484840c4e5344696374696f6e617279009584016901928498981d5f5f6b494d4d657373616765506172744174747269627574654e616d658692848484084e534e756d626572008484074e5356616c7565009584012a849b9b00868686', 1, 'iMessage', 'E:ana@example.org', '+447700900101', 0,
    760000200000000000, 1, 0, 0, 0, NULL),
  (4, 'G04', NULL, X'090b73747265616d747970656481e803840140848484194e534d757461626c6541747472696275746564537472696e67008484124e5341747472696275746564537472696e67008484084e534f626a6563740085928484840f4e534d757461626c65537472696e67018484084e53537472696e67019584012b174b6e6f776e206f6e6c7920627920697473206d61726b7386840269490117928484840c4e5344696374696f6e617279009584016901928498981d5f5f6b494d4d657373616765506172744174747269627574654e616d658692848484084e534e756d626572008484074e5356616c7565009584012a849b9b00868686', 1, 'iMessage', 'E:', '+447700900101', 0,
    760000300000000000, 1, 0, 0, 0, NULL),
  (5, 'G05', '￼￼', NULL, 0, 'iMessage', NULL, NULL, 1, 760000400000000000, 1, 1,
    760000410000000000, 1, NULL),
  (6, 'G06', 'at the door', NULL, 1, 'iMessage', NULL, NULL, 0, 760000500000000000, 1, 0, 0, 0,
    'Parcel');
INSERT INTO chat_message_join (chat_id, message_id) SELECT 1, ROWID FROM message;
INSERT INTO attachment (ROWID, guid, filename) VALUES (1, 'A1', 'one.heic'), (2, 'A2', 'two.heic');
INSERT INTO message_attachment_join VALUES (5, 1), (5, 2);

-- Tapbacks put on and taken off, an emoji, a sticker, a reply.
INSERT INTO message (ROWID, guid, text, handle_id, service, is_from_me, date, is_delivered, is_sent,
    associated_message_guid, associated_message_type, associated_message_emoji,
    thread_originator_guid) VALUES
  (7, 'G07', 'Loved “Are you home?”', 0, 'iMessage', 1, 760000600000000000, 1, 1, 'p:0/G01',
    2000, NULL, NULL),
  (8, 'G08', 'Removed a heart from “Are you home?”', 0, 'iMessage', 1, 760000700000000000, 1, 1,
    'p:0/G01', 3000, NULL, NULL),
  (9, 'G09', 'Reacted 🎣 to “Not now 🙂”', 1, 'iMessage', 0, 760000800000000000, 1, 0, 'bp:G02',
    2006, '🎣', NULL),
  (10, 'G10', '￼', 1, 'iMessage', 0, 760000900000000000, 1, 0, 'p:0/G02', 1000, NULL, NULL),
  (11, 'G11', 'Later then', 1, 'iMessage', 0, 760001000000000000, 1, 0, NULL, 0, NULL, 'G02');
INSERT INTO chat_message_join (chat_id, message_id) SELECT 1, ROWID FROM message WHERE ROWID >= 7;

-- Edited, unsent whole, unsent in part, retracted by date, not delivered.
INSERT INTO message (ROWID, guid, text, handle_id, service, is_from_me, date, is_delivered, is_sent,
    date_edited, date_retracted, message_summary_info, error) VALUES
  (12, 'G12', 'See you at 7', 1, 'iMessage', 0, 760001100000000000, 1, 0, 760001130000000000, 0,
    X'62706c6973743030d201020309526563526570d104055130a106d107085164233ff0000000000000a10a1000080d101316181a1d1f282a0000000000000101000000000000000b0000000000000000000000000000002c', 0),
  (13, 'G13', NULL, 1, 'iMessage', 0, 760001200000000000, 1, 0, 760001230000000000, 0,
    X'62706c6973743030d20102030453616d635272701001a1051000080d11141618000000000000010100000000000000060000000000000000000000000000001a', 0),
  (14, 'G14', 'the half that stays', 1, 'iMessage', 0, 760001300000000000, 1, 0,
    760001330000000000, 0, X'62706c6973743030d201020309526563527270d104055130a106d107085164233ff0000000000000a10a1001080d101316181a1d1f282a0000000000000101000000000000000b0000000000000000000000000000002c', 0),
  (15, 'G15', NULL, 1, 'iMessage', 0, 760001400000000000, 1, 0, 0, 760001430000000000, NULL, 0),
  (16, 'G16', 'Please stop', 1, 'iMessage', 1, 760001500000000000, 0, 1, 0, 0, NULL, 22);
INSERT INTO chat_message_join (chat_id, message_id) SELECT 1, ROWID FROM message WHERE ROWID >= 12;

-- Group: lines between messages, then messages.
INSERT INTO message (ROWID, guid, text, handle_id, service, is_from_me, date, is_delivered, is_sent,
    item_type, group_title, group_action_type, share_status) VALUES
  (17, 'G17', NULL, 2, 'iMessage', 0, 760001600000000000, 1, 0, 2, 'Allotment', 0, 0),
  (18, 'G18', NULL, 2, 'iMessage', 0, 760001700000000000, 1, 0, 1, NULL, 0, 0),
  (19, 'G19', NULL, 3, 'iMessage', 0, 760001800000000000, 1, 0, 3, NULL, 0, 0),
  (20, 'G20', NULL, 1, 'iMessage', 0, 760001900000000000, 1, 0, 4, NULL, 0, 1),
  (21, 'G21', 'Who has the key?', 2, 'iMessage', 0, 760002000000000000, 1, 0, 0, NULL, 0, 0),
  (22, 'G22', 'I do', 0, 'iMessage', 1, 760002100000000000, 0, 1, 0, NULL, 0, 0);
INSERT INTO chat_message_join (chat_id, message_id) SELECT 2, ROWID FROM message WHERE ROWID >= 17;

-- SMS and RCS of the same person; forwarded; answered by the phone itself; not yet sent.
INSERT INTO message (ROWID, guid, text, handle_id, service, is_from_me, date, is_delivered, is_sent,
    is_forward, is_auto_reply) VALUES
  (23, 'G23', 'green bubble', 4, 'SMS', 0, 760002200000000000, 1, 0, 1, 0),
  (24, 'G24', 'I am driving', 4, 'RCS', 1, 760002300000000000, 0, 1, 0, 1),
  (25, 'G25', 'still going out', 4, NULL, 1, 760002400000000000, 0, 0, 0, 0);
INSERT INTO chat_message_join (chat_id, message_id) SELECT 3, ROWID FROM message WHERE ROWID >= 23;

-- On two chats at once; of no chat; recently deleted; without a date; gone (27 and 31..33).
INSERT INTO message (ROWID, guid, text, handle_id, service, is_from_me, date, is_delivered)
  VALUES (26, 'G26', 'once only', 1, 'iMessage', 0, 760002500000000000, 1),
  (28, 'G28', 'of no chat', 3, 'iMessage', 0, 760002700000000000, 1),
  (29, 'G29', 'put in the bin', 1, 'iMessage', 0, 760002800000000000, 1),
  (30, 'G30', 'undated', 1, 'iMessage', 0, 0, 1);
INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, 26), (3, 26), (1, 27), (1, 30),
  (1, 31), (1, 32), (1, 33);
INSERT INTO chat_recoverable_message_join (chat_id, message_id, delete_date)
  VALUES (1, 29, 760002900000000000);

-- Rows that cannot be read.
INSERT INTO message (ROWID, guid, text, handle_id, service, is_from_me, date) VALUES
  (34, 'G34', 'no such date', 1, 'iMessage', 0, 'soon'),
  (35, 'G35', X'00ff00', 1, 'iMessage', 0, 760003000000000000);
INSERT INTO chat_message_join (chat_id, message_id) VALUES (1, 34), (1, 35);
