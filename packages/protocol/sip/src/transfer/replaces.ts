// Replaces (RFC 3891): an INVITE that takes the place of a dialog. Join (RFC 3911) is read only to be
// refused. Whether somebody may replace it is asked elsewhere; a 403 says no.
import { fail, ok, type Result } from '@rufwerk/core'
import type { Dialog } from '../dialog/dialog.ts'
import { isToken, parseParams } from '../message/grammar.ts'
import type { SipRequest } from '../message/message.ts'

/** Characters of Call-ID and of a tag. */
const ID_CHARS_MAX = 512

/** As the one who receives it sees the dialog: `toTag` is its own tag. */
export interface Replaces {
  readonly callId: string
  readonly toTag: string
  readonly fromTag: string
  /** Only while the dialog is early. */
  readonly isEarlyOnly: boolean
}

/** Value of a Replaces header; undefined when malformed. */
export function parseReplaces(text: string): Replaces | undefined {
  const end = text.indexOf(';')
  const callId = text.slice(0, Math.max(end, 0)).trim()
  const params = end < 0 ? undefined : parseParams(text, end)
  if (params?.ok !== true || !/^[!-+\--:<-~]+$/.test(callId) || callId.length > ID_CHARS_MAX) return undefined
  const [toTag = '', fromTag = ''] = [params.value.get('to-tag'), params.value.get('from-tag')]
  // RFC 3891 §6.1: each exactly once.
  const tags = text.slice(end).match(/;[ \t]*(to|from)-tag[ \t]*=/gi) ?? []
  if (!isTag(toTag) || !isTag(fromTag) || tags.length !== 2) return undefined
  return { callId, toTag, fromTag, isEarlyOnly: params.value.has('early-only') }
}

function isTag(text: string): boolean {
  return isToken(text) && text.length <= ID_CHARS_MAX
}

export function writeReplaces({ callId, toTag, fromTag, isEarlyOnly }: Replaces): string {
  return `${callId};to-tag=${toTag};from-tag=${fromTag}${isEarlyOnly ? ';early-only' : ''}`
}

/**
 * What to put into a Refer-To so that its receiver's peer replaces this dialog of ours: the peer's tag is its
 * own. A peer without tag has 0 (RFC 3891 §6.1).
 */
export function replacesOf(dialog: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag'>): Replaces {
  const { callId, localTag, remoteTag } = dialog
  return { callId, toTag: remoteTag || '0', fromTag: localTag, isEarlyOnly: false }
}

/**
 * Replaces of an INVITE, undefined when there is none. 400: several, malformed, with Join, or not in an
 * INVITE (RFC 3891 §3). 403: Join, because nobody is let into a call of others this way.
 */
export function readReplaces(request: SipRequest): Result<Replaces | undefined, 400 | 403> {
  const { headers } = request
  const all = headers.all('replaces')
  if (headers.has('join')) return fail(all.length > 0 || request.method !== 'INVITE' ? 400 : 403)
  const [text] = all
  if (text === undefined) return ok(undefined)
  const replaces = all.length > 1 || request.method !== 'INVITE' ? undefined : parseReplaces(text)
  return replaces === undefined ? fail(400) : ok(replaces)
}

/**
 * Keys that the dialog may have, as `dialogKey` makes them of our dialogs. A tag of 0 stands for none, too
 * (RFC 3891 §3).
 */
export function replacesKeys({ callId, toTag, fromTag }: Replaces): readonly string[] {
  const locals = toTag === '0' ? ['0', ''] : [toTag]
  const remotes = fromTag === '0' ? ['0', ''] : [fromTag]
  return locals.flatMap((local) => remotes.map((remote) => `${local}|${remote}|${callId}`))
}

/** The dialog that one of the keys found. */
export interface ReplaceableDialog {
  readonly role: Dialog['role']
  readonly state: Dialog['state'] | 'ended'
}

/**
 * RFC 3891 §3: how the dialog goes when the INVITE is accepted, by BYE or, still early, by CANCEL. 481: there
 * is none, or an early one that the peer began. 603: it ended already. 486: it is answered, and only an early
 * one was wanted.
 */
export function judgeReplaces(
  replaces: Replaces,
  dialog: ReplaceableDialog | undefined,
): Result<'bye' | 'cancel', 481 | 486 | 603> {
  if (dialog === undefined) return fail(481)
  if (dialog.state === 'ended') return fail(603)
  if (dialog.state === 'confirmed') return replaces.isEarlyOnly ? fail(486) : ok('bye')
  return dialog.role === 'uac' ? ok('cancel') : fail(481)
}
