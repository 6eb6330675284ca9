// Listening to messages: one after the other, with the keys that hear it again, delete it or call back.
import type { Digit } from '../activity.ts'
import { type Prompt, say } from '../prompts.ts'
import {
  end,
  type MenuMessage,
  type MenuOutput,
  type MenuState,
  type MenuStep,
  miss,
  openMain,
  type Place,
  play,
  withFirst,
} from './state.ts'

type Listening = Extract<Place, { name: 'message' }>

/** New ones begin with the urgent ones; otherwise the oldest comes first. */
export function openList(state: MenuState, which: 'new' | 'old'): MenuStep {
  const wanted = state.messages.filter(({ isRead }) => isRead === (which === 'old'))
  const urgentFirst = (a: MenuMessage, b: MenuMessage) => Number(b.isUrgent) - Number(a.isUrgent)
  const inOrder = wanted.toSorted((a, b) => a.receivedAt - b.receivedAt)
  if (which === 'new') inOrder.sort(urgentFirst)
  const queue = inOrder.map(({ id }) => id)
  if (queue.length === 0) return play(state, { name: 'main' }, [say('no-messages'), say('main-keys')])
  return playMessage(state, { name: 'message', queue, index: 0, isPlaying: true })
}

/** 1 again, 2 or # next, 3 delete, 4 call back, 5 when and from whom, 7 the one before, * main menu. */
export function messageKey(state: MenuState, place: Listening, digit: Digit): MenuStep {
  const message = messageAt(state, place)
  const heard = { ...state, misses: 0 }
  if (!message) return openMain(heard)
  switch (digit) {
    case '1':
      return play(heard, { ...place, isPlaying: true }, [{ recording: message.recording }])
    case '2':
    case '#':
      return markRead(heard, message, (state) => move(state, place, 1, []))
    case '3':
      return remove(heard, place, message)
    case '4':
      return callBack(heard, place, message)
    case '5':
      return play(heard, { ...place, isPlaying: false }, [...envelope(message), say('message-keys')])
    case '7':
      return move(heard, place, place.index > 0 ? -1 : 0, [])
    case '*':
      return openMain(heard)
    default:
      return miss(state, { ...place, isPlaying: false }, [say('wrong-key'), say('message-keys')])
  }
}

/** The message was heard to its end: it is old now, and the keys are said. */
export function messageEnded(state: MenuState, place: Listening): MenuStep | undefined {
  const message = messageAt(state, place)
  if (!place.isPlaying || !message) return undefined
  const heard: Listening = { ...place, isPlaying: false }
  return markRead(state, message, (state) => play(state, heard, [say('message-keys')]))
}

function playMessage(state: MenuState, place: Listening, first: readonly Prompt[] = []): MenuStep {
  const message = messageAt(state, place)
  if (!message) return openMain(state)
  return play(state, place, [...first, ...envelope(message), { recording: message.recording }])
}

function envelope({ receivedAt, from }: MenuMessage): Prompt[] {
  const caller = from === undefined ? [say('number-hidden')] : [say('from-number'), { digits: from }]
  return [say('received-at'), { time: receivedAt }, ...caller]
}

function move(state: MenuState, place: Listening, by: number, first: readonly Prompt[]): MenuStep {
  const index = place.index + by
  if (index >= place.queue.length)
    return play(state, { name: 'main' }, [...first, say('no-more-messages'), say('main-keys')])
  return playMessage(state, { ...place, index, isPlaying: true }, first)
}

function markRead(state: MenuState, message: MenuMessage, then: (state: MenuState) => MenuStep): MenuStep {
  if (message.isRead) return then(state)
  const box = state.box.id
  const messages = state.messages.map((one) => (one.id === message.id ? { ...one, isRead: true } : one))
  const out: MenuOutput[] = [
    { type: 'mark-read', box, message: message.id },
    { type: 'set-lamp', box },
  ]
  return withFirst(out, then({ ...state, messages }))
}

function remove(state: MenuState, place: Listening, message: MenuMessage): MenuStep {
  const box = state.box.id
  const messages = state.messages.filter(({ id }) => id !== message.id)
  const queue = place.queue.filter((id) => id !== message.id)
  const out: MenuOutput[] = [
    { type: 'delete-message', box, message: message.id },
    { type: 'set-lamp', box },
  ]
  return withFirst(out, move({ ...state, messages }, { ...place, queue }, 0, [say('deleted')]))
}

function callBack(state: MenuState, place: Listening, message: MenuMessage): MenuStep {
  const number = message.from
  const stopped = { ...place, isPlaying: false }
  const isAllowed = state.access.from === 'phone' || state.box.callsBackFromOutside
  if (number === undefined) return play(state, stopped, [say('number-hidden'), say('message-keys')])
  if (!isAllowed) return play(state, stopped, [say('may-not-call-back'), say('message-keys')])
  return markRead(state, message, (state) =>
    end(state, [{ type: 'call-back', box: state.box.id, message: message.id, number }]),
  )
}

function messageAt({ messages }: MenuState, { queue, index }: Listening): MenuMessage | undefined {
  return messages.find(({ id }) => id === queue[index])
}
