// Every refusal of this package: a code for programs and a sentence for people. Refusals are values.

const SENTENCES = {
  'unknown-queue': 'This queue does not exist.',
  'unknown-agent': 'This agent is in no queue.',
  'not-a-member': 'The agent is not a member of this queue.',
  'already-here': 'This caller is already in a queue.',
  'bad-config': 'The settings of the queue cannot be used.',
  'bad-value': 'A value is out of range.',
  'too-many-queues': 'There are too many queues. Remove one first.',
  'too-many-agents': 'There are too many agents. Remove one first.',
  'supervision-off': 'Listening is switched off in this queue.',
  'supervision-not-allowed': 'This person may not listen in this queue.',
  'supervision-taken': 'Somebody already listens to this conversation.',
  'supervision-self': 'Nobody listens to their own conversation.',
  'not-talking': 'The agent is not in a conversation of a queue.',
  'snapshot-unreadable': 'The stored state of the queues cannot be read.',
  'snapshot-version': 'The stored state of the queues was written by another version.',
  'snapshot-too-old': 'The stored state of the queues is too old.',
} as const

export type QueuesErrorCode = keyof typeof SENTENCES

export interface QueuesError {
  readonly code: QueuesErrorCode
  readonly message: string
  /** Where in the settings or in the snapshot, for example `members.3.level`. */
  readonly place?: string
}

export function queuesError(code: QueuesErrorCode, place?: string): QueuesError {
  const message = SENTENCES[code]
  return place === undefined ? { code, message } : { code, message, place }
}
