// The schema, as steps that are only ever added to. Every row carries its tenant. Times are UTC milliseconds.

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** Written into the file header: "Rufw". */
export const APPLICATION_ID = 0x52756677

const FIRST_TABLES = `
CREATE TABLE schema_versions (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL
) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, language TEXT NOT NULL,
  is_demo INTEGER NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sites (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenants (id), name TEXT NOT NULL
) STRICT;
CREATE TABLE people (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenants (id), site TEXT NOT NULL REFERENCES sites (id),
  name TEXT NOT NULL, extension TEXT NOT NULL, email TEXT, role TEXT NOT NULL, kind TEXT NOT NULL,
  language TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (tenant, extension), UNIQUE (tenant, email)
) STRICT;
CREATE TABLE passwords (
  person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE, tenant TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL, person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  token TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_person ON sessions (person);
CREATE TABLE devices (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenants (id), site TEXT NOT NULL REFERENCES sites (id),
  person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE, kind TEXT NOT NULL, name TEXT NOT NULL,
  sip_name TEXT NOT NULL, algorithm TEXT, ha1_md5 TEXT, ha1_sha256 TEXT,
  session TEXT UNIQUE REFERENCES sessions (id) ON DELETE CASCADE, created_at INTEGER NOT NULL,
  UNIQUE (tenant, sip_name)
) STRICT;
CREATE INDEX devices_person ON devices (person);
CREATE TABLE links (
  token TEXT PRIMARY KEY, kind TEXT NOT NULL, tenant TEXT,
  person TEXT REFERENCES people (id) ON DELETE CASCADE, expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_tenant ON audit (tenant, id);

-- Calls have a number beside their id, so that what belongs together lies together on the disk. A leg exists
-- while its call is in live_calls; its row stays for a while, at most until the slot is used again.
CREATE TABLE live_calls (number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, call TEXT NOT NULL) STRICT;
CREATE TABLE legs (
  slot INTEGER PRIMARY KEY, tenant TEXT NOT NULL, number INTEGER NOT NULL, leg TEXT NOT NULL,
  version INTEGER NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE TABLE call_events (
  id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, number INTEGER NOT NULL, events TEXT NOT NULL
) STRICT;
CREATE INDEX call_events_number ON call_events (number);
CREATE TABLE cdrs (
  number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, call TEXT NOT NULL, started_at INTEGER NOT NULL,
  from_person TEXT NOT NULL, to_person TEXT, answered_person TEXT, record TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX cdrs_call ON cdrs (call);
CREATE INDEX cdrs_from ON cdrs (from_person, started_at);
CREATE INDEX cdrs_to ON cdrs (to_person, started_at) WHERE to_person IS NOT NULL;
CREATE INDEX cdrs_answered ON cdrs (answered_person, started_at) WHERE answered_person IS NOT NULL;

CREATE TABLE bindings (
  device TEXT NOT NULL, binding TEXT NOT NULL, tenant TEXT NOT NULL, expires_at INTEGER NOT NULL,
  version INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (device, binding)
) STRICT, WITHOUT ROWID;
`

/** Off, on or required; NULL is off. Of phones only. */
const SRTP_OF_PHONES = 'ALTER TABLE devices ADD COLUMN srtp TEXT'

/** Who applied which dial plan when; `plan` is JSON, `restores` an earlier version that came back. */
const DIAL_PLANS = `
CREATE TABLE dial_plans (
  tenant TEXT NOT NULL REFERENCES tenants (id), version INTEGER NOT NULL, at INTEGER NOT NULL,
  author TEXT NOT NULL, note TEXT, restores INTEGER, plan TEXT NOT NULL, PRIMARY KEY (tenant, version)
) STRICT`

/** Records with an outside leg that talked: a start reads those of the day for the limits. */
const SPENT = `
CREATE INDEX cdrs_spent ON cdrs (tenant, started_at) WHERE json_extract(record, '$.spent') IS NOT NULL`

/** Queues: settings, the state of all of a tenant for a restart, what has happened, and figures of days. */
const QUEUES = `
CREATE TABLE queues (
  tenant TEXT NOT NULL REFERENCES tenants (id), queue TEXT NOT NULL, config TEXT NOT NULL,
  PRIMARY KEY (tenant, queue)
) STRICT;
CREATE TABLE queue_states (
  tenant TEXT PRIMARY KEY REFERENCES tenants (id), day INTEGER NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE TABLE queue_events (
  id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, at INTEGER NOT NULL, queue TEXT, agent TEXT,
  event TEXT NOT NULL
) STRICT;
CREATE INDEX queue_events_queue ON queue_events (tenant, queue, id);
CREATE INDEX queue_events_agent ON queue_events (tenant, agent, id) WHERE queue IS NULL;
CREATE INDEX queue_events_at ON queue_events (tenant, at);
CREATE TABLE queue_days (
  tenant TEXT NOT NULL REFERENCES tenants (id), queue TEXT NOT NULL, day INTEGER NOT NULL,
  counts TEXT NOT NULL, PRIMARY KEY (tenant, queue, day)
) STRICT, WITHOUT ROWID`
/** Recorded files with their keys; those whose end is not dealt with are looked for at each start. */
const SOUND_FILES = `
CREATE TABLE sound_files (
  recording TEXT PRIMARY KEY, tenant TEXT NOT NULL, purpose TEXT NOT NULL, call TEXT NOT NULL,
  leg TEXT NOT NULL, file TEXT NOT NULL, sealed_key TEXT NOT NULL, started_at INTEGER NOT NULL,
  ended_at INTEGER, end_why TEXT, length_ms INTEGER, bytes INTEGER, is_settled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sound_files_unsettled ON sound_files (started_at) WHERE is_settled = 0`

/** Recorded calls; `details` and `hold` are JSON. The log of who heard them stays when they are gone. */
const RECORDINGS = `
CREATE TABLE recordings (
  recording TEXT PRIMARY KEY, tenant TEXT NOT NULL, call TEXT NOT NULL, started_at INTEGER NOT NULL,
  kept_until INTEGER NOT NULL, length_ms INTEGER, hold TEXT, details TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX recordings_started ON recordings (tenant, started_at);
CREATE INDEX recordings_kept ON recordings (kept_until);
CREATE TABLE recording_parties (
  recording TEXT NOT NULL, tenant TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
CREATE INDEX recording_parties_value ON recording_parties (tenant, kind, value, started_at);
CREATE INDEX recording_parties_recording ON recording_parties (recording);
CREATE TABLE recording_accesses (
  id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, recording TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT,
  act TEXT NOT NULL, reason TEXT
) STRICT;
CREATE INDEX recording_accesses_recording ON recording_accesses (tenant, recording);
CREATE TABLE recording_rules (tenant TEXT PRIMARY KEY, rules TEXT NOT NULL) STRICT, WITHOUT ROWID`
/** `settings` is JSON; `pin` a hash. A take is a recording that nothing names, yet or any more. */
const VOICEMAIL = `
CREATE TABLE voicemail_boxes (
  tenant TEXT NOT NULL REFERENCES tenants (id), box TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  pin TEXT, settings TEXT NOT NULL, PRIMARY KEY (tenant, box)
) STRICT;
CREATE TABLE voicemail_messages (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL, box TEXT NOT NULL, recording TEXT NOT NULL,
  received_at INTEGER NOT NULL, length INTEGER NOT NULL, from_number TEXT, from_name TEXT,
  is_urgent INTEGER NOT NULL, read_at INTEGER,
  FOREIGN KEY (tenant, box) REFERENCES voicemail_boxes (tenant, box) ON DELETE CASCADE
) STRICT;
CREATE INDEX voicemail_messages_box ON voicemail_messages (tenant, box, received_at);
CREATE INDEX voicemail_messages_from ON voicemail_messages (tenant, from_number);
CREATE TABLE voicemail_takes (
  recording TEXT PRIMARY KEY, tenant TEXT NOT NULL, box TEXT NOT NULL, purpose TEXT NOT NULL,
  started_at INTEGER NOT NULL, from_number TEXT, from_name TEXT
) STRICT;
`

/** Records of a company in the order of time, for admins and for their end; and what must not end. */
const ARCHIVE = `
CREATE INDEX cdrs_started ON cdrs (tenant, started_at);
CREATE TABLE holds (
  id TEXT PRIMARY KEY, tenant TEXT NOT NULL REFERENCES tenants (id), hold TEXT NOT NULL
) STRICT, WITHOUT ROWID`
/** Conference rooms; `settings` is JSON. */
const ROOMS = `
CREATE TABLE rooms (
  tenant TEXT NOT NULL REFERENCES tenants (id), room TEXT NOT NULL, settings TEXT NOT NULL,
  PRIMARY KEY (tenant, room)
) STRICT`
/** How phones come to their settings; `token` and `pin` are hashes, and only there while a row is open. */
const PHONE_SETUPS = `
CREATE TABLE phone_setups (
  device TEXT PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE, tenant TEXT NOT NULL,
  maker TEXT NOT NULL, way TEXT NOT NULL, mac TEXT, made_by TEXT NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, state TEXT NOT NULL, token TEXT UNIQUE, pin TEXT,
  used_at INTEGER, used_from TEXT, used_agent TEXT
) STRICT;
CREATE INDEX phone_setups_mac ON phone_setups (mac) WHERE pin IS NOT NULL`

/** What people set for themselves; `forward` is a target as JSON. */
const OWN_SETTINGS = `
CREATE TABLE own_settings (
  person TEXT PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
  tenant TEXT NOT NULL REFERENCES tenants (id), state TEXT NOT NULL, forward TEXT
) STRICT, WITHOUT ROWID`

/** Messages about which a mail is still to be sent. */
const VOICEMAIL_MAILS = `
ALTER TABLE voicemail_messages ADD COLUMN is_mail_due INTEGER NOT NULL DEFAULT 0;
CREATE INDEX voicemail_messages_mail ON voicemail_messages (received_at) WHERE is_mail_due = 1`

/** Which edition of the usual codes the admins of a dial plan were told of; null: the first. */
const CODES_KNOWN = `ALTER TABLE dial_plans ADD COLUMN codes_known INTEGER`

/** The log of administration as a chain (@rufwerk/audit); what has no hash is sealed at the next start. */
const AUDIT_CHAIN = `
ALTER TABLE audit ADD COLUMN seq INTEGER;
ALTER TABLE audit ADD COLUMN salt TEXT;
ALTER TABLE audit ADD COLUMN commitment TEXT;
ALTER TABLE audit ADD COLUMN hash TEXT;
CREATE UNIQUE INDEX audit_seq ON audit (tenant, seq);
CREATE INDEX audit_unsealed ON audit (id) WHERE hash IS NULL;
CREATE TABLE audit_heads (
  tenant TEXT NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL,
  signature TEXT NOT NULL, PRIMARY KEY (tenant, day)
) STRICT, WITHOUT ROWID`

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'first tables', sql: FIRST_TABLES },
  { version: 2, name: 'SRTP of phones', sql: SRTP_OF_PHONES },
  { version: 3, name: 'dial plans', sql: DIAL_PLANS },
  { version: 4, name: 'outside calls of a day', sql: SPENT },
  { version: 5, name: 'queues', sql: QUEUES },
  { version: 6, name: 'archive of records', sql: ARCHIVE },
  { version: 7, name: 'recorded files', sql: SOUND_FILES },
  { version: 8, name: 'recorded calls', sql: RECORDINGS },
  { version: 9, name: 'voicemail', sql: VOICEMAIL },
  { version: 10, name: 'conference rooms', sql: ROOMS },
  { version: 11, name: 'phones that fetch their settings', sql: PHONE_SETUPS },
  { version: 12, name: 'own settings', sql: OWN_SETTINGS },
  { version: 13, name: 'mails about voicemail', sql: VOICEMAIL_MAILS },
  { version: 14, name: 'new codes of dial plans', sql: CODES_KNOWN },
  { version: 15, name: 'log of administration as a chain', sql: AUDIT_CHAIN },
]
