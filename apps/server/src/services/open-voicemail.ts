// Voicemail put together: boxes over the store, the service that calls come to, and what the API and the
// lamps are told.
import type { Directory, PasswordHasher } from '@rufwerk/accounts'
import type { PromptDoor, VoicemailPort } from '@rufwerk/api'
import type { VisitWish } from '@rufwerk/calls'
import {
  type CallId,
  type Log,
  type Ms,
  ms,
  type PersonId,
  type RecordingId,
  randomId,
  type TenantId,
  type WallTime,
} from '@rufwerk/core'
import type { WaitingMessages } from '@rufwerk/legs'
import { type Box, openVoicemail, type VoicemailBook } from '@rufwerk/messaging'
import type { Timers } from '@rufwerk/net'
import { EMPTY_DIAL_PLAN, type RoutingConfig } from '@rufwerk/routing'
import { timeZoneOf } from '@rufwerk/routing/calendar'
import { fileOf } from '@rufwerk/routing/prompts'
import type { Store } from '@rufwerk/store'
import type { VoicemailMail, VoicemailMailParts } from '../mail/voicemail-mail.ts'
import type { SoundFiles } from '../recordings/sound-files.ts'
import type { Telephony } from '../telephony.ts'
import { type PromptKeeper, Voicemail } from './voicemail.ts'
import { VoicemailSounds } from './voicemail-sounds.ts'
import type { Speaker } from './voicemail-speech.ts'

export interface VoicemailServiceParts {
  readonly store: Pick<Store, 'voicemail' | 'soundFiles'>
  readonly accounts: {
    directoryOf(tenant: TenantId): Pick<Directory, 'tenant' | 'byPerson'> | undefined
  }
  readonly passwords: PasswordHasher
  readonly soundFiles: SoundFiles
  readonly telephony: () => Pick<Telephony, 'userAgent' | 'exchange'> | undefined
  readonly configOf: (tenant: TenantId) => RoutingConfig | undefined
  readonly prompts: Pick<PromptDoor, 'replace'>
  readonly timers: Timers
  readonly wallTime: () => WallTime
  readonly randomBytes: (size: number) => Uint8Array
  readonly log: Log
}

export interface VoicemailService extends VoicemailPort {
  readonly service: Voicemail
  readonly sounds: VoicemailSounds
  /** For the lamp of this person. */
  messagesOf(tenant: TenantId, person: PersonId): WaitingMessages
  /** When the calls of the run before are taken up. */
  recover(): Promise<void>
  /** Messages, and mails that are due. */
  sweep(): Promise<void>
  /** From now on mails about messages are sent, those that the run before owes among them. */
  mailThrough(mailerOf: VoicemailMailParts['mailerOf']): Promise<void>
  size(): number
}

export async function openVoicemailService(parts: VoicemailServiceParts): Promise<VoicemailService> {
  const { store, soundFiles, telephony, wallTime, timers, randomBytes, log } = parts
  const sounds = new VoicemailSounds(soundFiles)
  const book: VoicemailBook = await openVoicemail({
    store: store.voicemail,
    pins: parts.passwords,
    wallTime,
    onChanged: (_, owners) => {
      for (const owner of owners) telephony()?.userAgent.messagesChanged(owner)
    },
    onSoundGone: (recording) => {
      // Its take stays, and a sweep erases it.
      service.forget(recording).catch((error: unknown) => {
        log.error('voicemail sound not erased', { recording, error: String(error) })
      })
    },
    onMailDue: () => void mails?.look(),
  })
  let mails: VoicemailMail | undefined
  const service: Voicemail = new Voicemail({
    ...{ book, sounds, log },
    takes: store.voicemail,
    wish: (call: CallId, wish: VisitWish) => telephony()?.exchange.wish(call, wish) ?? false,
    clock: { wallTime, arm: (delay, callback) => timers.arm(delay, callback) },
    newId: () => randomId(randomBytes),
    speakerOf: (tenant, box) => speakerOf(parts, tenant, box),
    extensionsOf: (tenant, owners) => extensionsOf(parts, tenant, owners),
    prompts: promptKeeper(parts, sounds),
  })
  for (const purpose of ['message', 'greeting'] as const)
    soundFiles.own(purpose, async ({ recording, call, ended }) => {
      const whose = service.recorded(recording, ms(ended.lengthMs))
      // Of the run before: nobody speaks for it any more.
      if (whose === 'before') telephony()?.exchange.hangUp(call)
      return whose !== 'nobody' || (await soundFiles.erase(recording))
    })
  return {
    ...{ book, service, sounds },
    sound: (recording) => sounds.wav(recording),
    messagesOf: (tenant, person) => messagesOf(parts, book, tenant, person),
    recover: () => recover(parts, service),
    async sweep() {
      await book.sweep()
      await service.sweep((recording) => lengthOf(parts, recording))
      await mails?.look()
    },
    async mailThrough(mailerOf) {
      // Not needed before phones are served.
      const { VoicemailMail } = await import('../mail/voicemail-mail.ts')
      mails = new VoicemailMail({
        ...{ book, store: store.voicemail, mailerOf, wallTime, log },
        sound: (recording) => sounds.wav(recording),
        speakerOf: (tenant, box) => speakerOf(parts, tenant, box),
      })
      await mails.look()
    },
    size: () => service.size() + sounds.size() + (mails?.size() ?? 0),
  }
}

/** Callers hear the language of the company, and who owns a box alone their own. */
function speakerOf({ accounts, configOf }: VoicemailServiceParts, tenant: TenantId, box: Box): Speaker {
  const directory = accounts.directoryOf(tenant)
  const config = configOf(tenant)
  const owner = box.kind === 'personal' ? box.owners[0] : undefined
  const language = (owner && directory?.byPerson.get(owner)?.language) ?? directory?.tenant.language ?? 'en'
  return { language, timeZone: config ? timeZoneOf(config) : 'UTC' }
}

/** Admins speak prompts, in the language of the company. */
function promptKeeper(
  { accounts, prompts, log }: VoicemailServiceParts,
  sounds: Pick<VoicemailSounds, 'wav'>,
): PromptKeeper {
  return {
    mayRecord: (tenant, person) => accounts.directoryOf(tenant)?.byPerson.get(person)?.role === 'admin',
    async keep(tenant, by, prompt, recording) {
      const sound = await sounds.wav(recording)
      if (typeof sound === 'string') return false
      // As long as a greeting may be, which is far from what an upload may have.
      const bytes = Uint8Array.from(Buffer.concat(await Array.fromAsync(sound)))
      const language = accounts.directoryOf(tenant)?.tenant.language ?? 'en'
      const kept = await prompts.replace(tenant, by, fileOf(language, prompt), bytes)
      if (!kept.ok) log.warn('a spoken prompt was not kept', { prompt, why: kept.error.why })
      return kept.ok
    },
  }
}

function extensionsOf(
  { accounts }: VoicemailServiceParts,
  tenant: TenantId,
  owners: readonly PersonId[],
): readonly string[] {
  const directory = accounts.directoryOf(tenant)
  return owners.flatMap((owner) => directory?.byPerson.get(owner)?.extension ?? [])
}

function messagesOf(
  { configOf }: VoicemailServiceParts,
  book: VoicemailBook,
  tenant: TenantId,
  person: PersonId,
): WaitingMessages {
  const { codes } = configOf(tenant)?.dialPlan ?? EMPTY_DIAL_PLAN
  const code = codes.find(({ does }) => does === 'voicemail')
  return { ...book.waitingFor(tenant, person), ...(code && { listenAt: code.code }) }
}

/** Undefined while its file is not closed. `onGoing`: the media process still records it. */
async function lengthOf(
  { store, telephony }: VoicemailServiceParts,
  recording: RecordingId,
  onGoing: (call: CallId) => void = () => undefined,
): Promise<Ms | undefined> {
  const file = await store.soundFiles.read(recording)
  if (file === undefined) return ms(0)
  if (file.ended !== undefined) return ms(file.ended.lengthMs)
  if (telephony()?.userAgent.isRecording(recording)) onGoing(file.call)
  return undefined
}

/**
 * Who was leaving a message goes on speaking, and it is kept when they hang up. Any other call with a box is
 * over: nobody knows where in its menu it was.
 */
async function recover(parts: VoicemailServiceParts, service: Voicemail): Promise<void> {
  const going = new Set<CallId>()
  await service.recover((recording) => lengthOf(parts, recording, (call) => going.add(call)))
  const { exchange } = parts.telephony() ?? {}
  for (const { call, why, answeredBy } of exchange?.views() ?? [])
    if (why.rule === 'voicemail' && answeredBy === undefined && !going.has(call)) exchange?.hangUp(call)
}
