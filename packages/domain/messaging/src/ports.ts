// What the boxes need from outside: a store that keeps them with their messages, who hashes PINs, and who
// removes sound that nothing names any more.
import type { Ms, RecordingId, TenantId, WallTime } from '@rufwerk/core'
import type { Box, BoxId, Message, MessageId } from './box.ts'
import type { Counts } from './summary.ts'

/** Each write is all or nothing; after `not-stored` nothing is changed. */
export type Stored = 'committed' | 'conflict' | 'not-stored'

export interface TenantBox {
  readonly tenant: TenantId
  readonly box: Box
}

/** What is in a box, as counted by the store. */
export interface Filling {
  readonly counts: Counts
  readonly messages: number
  /** All messages together. */
  readonly length: Ms
}

/**
 * A recording that has begun and is neither kept nor discarded: after a crash what it holds of a message is
 * kept as one, so that nobody speaks in vain. Or one that is `gone`: nothing names it, its sound is to be
 * erased.
 */
export interface Take {
  readonly recording: RecordingId
  readonly tenant: TenantId
  readonly box: BoxId
  readonly purpose: 'message' | 'greeting' | 'gone'
  readonly startedAt: WallTime
  readonly from?: string
  readonly name?: string
}

export interface FoundMessage {
  readonly box: BoxId
  readonly message: Message
}

/** A message whose mail has not been sent yet. */
export interface DueMessage extends FoundMessage {
  readonly tenant: TenantId
}

export interface VoicemailStore {
  boxes(): Promise<readonly TenantBox[]>
  /** Of the boxes that hold a message. */
  fillings(): Promise<
    readonly { readonly tenant: TenantId; readonly box: BoxId; readonly filling: Filling }[]
  >
  fillingOf(tenant: TenantId, box: BoxId): Promise<Filling>
  /**
   * Adds it or takes the place of the one of this id. Its PIN stays as it was. `kept`: the take that it uses;
   * `gone`: the recording that it does not use any more.
   */
  putBox(
    box: TenantBox,
    takes?: { readonly kept?: RecordingId; readonly gone?: RecordingId },
  ): Promise<Stored>
  /** With its messages. All their sound is gone, and that of its greetings. */
  removeBox(tenant: TenantId, box: BoxId): Promise<Stored>
  pinOf(tenant: TenantId, box: BoxId): Promise<string | undefined>
  /** Without a hash the box has no PIN from then on. */
  setPin(tenant: TenantId, box: BoxId, hash: string | undefined): Promise<Stored>
  /** Oldest first. */
  messagesOf(tenant: TenantId, box: BoxId): Promise<readonly Message[]>
  message(tenant: TenantId, id: MessageId): Promise<FoundMessage | undefined>
  /** With it the take of its recording is over. `isMailDue`: a mail about it is to be sent. */
  addMessage(tenant: TenantId, box: BoxId, message: Message, isMailDue: boolean): Promise<Stored>
  /** Oldest first. */
  mailsDue(countMax: number): Promise<readonly DueMessage[]>
  /** Its mail has been sent, or never will be. */
  endMail(tenant: TenantId, id: MessageId): Promise<Stored>
  /** Without a time it is new again. */
  markRead(tenant: TenantId, id: MessageId, at: WallTime | undefined): Promise<Stored>
  /** Their sound is gone. */
  removeMessages(tenant: TenantId, ids: readonly MessageId[]): Promise<Stored>
  addTake(take: Take): Promise<Stored>
  /** It is erased. */
  removeTake(recording: RecordingId): Promise<Stored>
  takes(): Promise<readonly Take[]>
}

/** As for passwords: slow on purpose; undefined means that too many are waiting. */
export interface PinHasher {
  hash(pin: string): Promise<string | undefined>
  verify(pin: string, stored: string | undefined): Promise<boolean | undefined>
}
