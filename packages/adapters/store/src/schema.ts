// The tables as Kysely sees them; worker/migrations.ts makes them.
import type { Generated } from 'kysely'

interface Owned {
  tenant: string
}

export interface Tables {
  settings: { name: string; value: string }
  tenants: {
    id: string
    name: string
    country: string
    language: string
    is_demo: number
    version: number
    created_at: number
  }
  sites: Owned & { id: string; name: string }
  people: Owned & {
    id: string
    site: string
    name: string
    extension: string
    email: string | null
    role: string
    kind: string
    language: string
    created_at: number
  }
  passwords: Owned & { person: string; hash: string }
  sessions: Owned & { id: string; person: string; token: string; created_at: number; last_seen_at: number }
  devices: Owned & {
    id: string
    site: string
    person: string
    kind: string
    name: string
    sip_name: string
    algorithm: string | null
    ha1_md5: string | null
    ha1_sha256: string | null
    srtp: string | null
    session: string | null
    created_at: number
  }
  phone_setups: Owned & {
    device: string
    maker: string
    way: string
    mac: string | null
    made_by: string
    created_at: number
    expires_at: number
    state: string
    token: string | null
    pin: string | null
    used_at: number | null
    used_from: string | null
    used_agent: string | null
  }
  links: { token: string; kind: string; tenant: string | null; person: string | null; expires_at: number }
  audit: Owned & {
    id: Generated<number>
    at: number
    actor: string
    act: string
    subject: string
    detail: string
    /** These four are set by the worker. */
    seq: Generated<number | null>
    salt: Generated<string | null>
    commitment: Generated<string | null>
    hash: Generated<string | null>
  }
  audit_heads: Owned & { day: number; seq: number; hash: string; at: number; signature: string }
  live_calls: Owned & { number: number; call: string }
  legs: Owned & { slot: number; number: number; leg: string; version: number; state: string }
  call_events: Owned & { id: Generated<number>; number: number; events: string }
  cdrs: Owned & {
    number: number
    call: string
    started_at: number
    from_person: string
    to_person: string | null
    answered_person: string | null
    record: string
  }
  dial_plans: Owned & {
    version: number
    at: number
    author: string
    note: string | null
    restores: number | null
    codes_known: number | null
    plan: string
  }
  queues: Owned & { queue: string; config: string }
  queue_states: Owned & { day: number; state: string }
  queue_events: Owned & {
    id: Generated<number>
    at: number
    queue: string | null
    agent: string | null
    event: string
  }
  queue_days: Owned & { queue: string; day: number; counts: string }
  holds: Owned & { id: string; hold: string }
  sound_files: Owned & {
    recording: string
    purpose: string
    call: string
    leg: string
    file: string
    sealed_key: string
    started_at: number
    ended_at: number | null
    end_why: string | null
    length_ms: number | null
    bytes: number | null
    is_settled: number
  }
  recordings: Owned & {
    recording: string
    call: string
    started_at: number
    kept_until: number
    length_ms: number | null
    hold: string | null
    details: string
  }
  recording_parties: Owned & { recording: string; kind: string; value: string; started_at: number }
  recording_accesses: Owned & {
    id: Generated<number>
    recording: string
    at: number
    actor: string | null
    act: string
    reason: string | null
  }
  recording_rules: Owned & { rules: string }
  voicemail_boxes: Owned & { box: string; name: string; kind: string; pin: string | null; settings: string }
  voicemail_messages: Owned & {
    id: string
    box: string
    recording: string
    received_at: number
    length: number
    from_number: string | null
    from_name: string | null
    is_urgent: number
    read_at: number | null
    is_mail_due: number
  }
  voicemail_takes: Owned & {
    recording: string
    box: string
    purpose: string
    started_at: number
    from_number: string | null
    from_name: string | null
  }
  rooms: Owned & { room: string; settings: string }
  own_settings: Owned & { person: string; state: string; forward: string | null }
  bindings: Owned & { device: string; binding: string; expires_at: number; version: number; state: string }
}
