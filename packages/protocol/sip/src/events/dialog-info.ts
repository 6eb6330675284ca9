// The body of the dialog package (RFC 4235): which calls somebody has, for the lamp of a colleague's phone.
// Whose numbers are told is the caller's choice: what is left out here is not in the body.

/** Bytes of the dialogs in one body; those that would go beyond are left out. */
const DIALOGS_BYTES_MAX = 16_384
/** Characters of one text; longer is cut. */
const TEXT_CHARS_MAX = 256

export interface WatchedParty {
  /** URI text. */
  readonly identity: string
  readonly displayName?: string
  /** URI text that calls this party; phones want it for pick-up. */
  readonly target?: string
}

/** RFC 4235 §4.1: one dialog, or one call where nobody needs to know more. */
export interface WatchedDialog {
  /** Unique for this entity, and the same as long as it is the same call. */
  readonly id: string
  readonly state: 'trying' | 'proceeding' | 'early' | 'confirmed' | 'terminated'
  readonly direction?: 'initiator' | 'recipient'
  /** Of the dialog, so that it can be replaced (RFC 3891); all three or none. */
  readonly tags?: { readonly callId: string; readonly localTag: string; readonly remoteTag: string }
  readonly local?: WatchedParty
  readonly remote?: WatchedParty
}

export interface DialogReport {
  /** URI text of who is watched. */
  readonly entity: string
  /** Of the subscription, one higher each time. */
  readonly version: number
  /** full: these are all there are. partial: only these changed. */
  readonly state: 'full' | 'partial'
  readonly dialogs: readonly WatchedDialog[]
}

export const DIALOG_INFO_TYPE = 'application/dialog-info+xml'

export function writeDialogInfo({ entity, version, state, dialogs }: DialogReport): string {
  const head = `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info"${attributes({
    version: String(version),
    state,
    entity,
  })}>`
  let body = ''
  let bytes = 0
  for (const dialog of dialogs) {
    const text = dialogText(dialog)
    bytes += Buffer.byteLength(text)
    if (bytes > DIALOGS_BYTES_MAX) break
    body += text
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\r\n${head}\r\n${body}</dialog-info>\r\n`
}

function dialogText({ id, state, direction, tags, local, remote }: WatchedDialog): string {
  const { callId, localTag, remoteTag } = tags ?? {}
  const named = { id, 'call-id': callId, 'local-tag': localTag, 'remote-tag': remoteTag, direction }
  const lines = [
    `  <dialog${attributes(named)}>`,
    `    <state>${state}</state>`,
    ...partyLines('local', local),
    ...partyLines('remote', remote),
    '  </dialog>',
  ]
  return `${lines.join('\r\n')}\r\n`
}

function partyLines(name: 'local' | 'remote', party: WatchedParty | undefined): readonly string[] {
  if (party === undefined) return []
  const { identity, displayName, target } = party
  const lines = [
    `    <${name}>`,
    `      <identity${attributes({ display: displayName })}>${escapedXml(identity)}</identity>`,
  ]
  if (target !== undefined) lines.push(`      <target${attributes({ uri: target })}/>`)
  return [...lines, `    </${name}>`]
}

function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapedXml(value)}"`))
    .join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** What XML 1.0 cannot hold is left out: control characters, lone surrogates, U+FFFE and U+FFFF. */
export function escapedXml(text: string): string {
  return text
    .slice(0, TEXT_CHARS_MAX)
    .replace(/[\p{Cc}\ufffe\uffff]|\p{Surrogate}/gu, '')
    .replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '')
}

/**
 * What a partial report has to say: dialogs that are new or changed, and as terminated those that are gone
 * (RFC 4235 §3.9). Empty when nothing changed.
 */
export function changedDialogs(
  before: readonly WatchedDialog[],
  now: readonly WatchedDialog[],
): readonly WatchedDialog[] {
  const known = new Map(before.map((dialog) => [dialog.id, dialog]))
  const current = new Set(now.map(({ id }) => id))
  const changed = now.filter((dialog) => {
    const old = known.get(dialog.id)
    return old === undefined || JSON.stringify(old) !== JSON.stringify(dialog)
  })
  const gone = before.filter(({ id, state }) => !current.has(id) && state !== 'terminated')
  return [...changed, ...gone.map((dialog) => ({ ...dialog, state: 'terminated' as const }))]
}
