// Which key does what. Letters need Alt, so that nothing happens by mistake while somebody types.

export interface KeyPress {
  /** As KeyboardEvent.key. */
  readonly key: string
  /** As KeyboardEvent.code: the place on the keyboard, whatever the layout makes of it with Alt. */
  readonly code: string
  readonly alt: boolean
  readonly control: boolean
}

export interface KeyContext {
  /** The focus is in a text field or a dialog. */
  readonly isTyping: boolean
  /** The focus is on a button or link: Enter belongs to it. */
  readonly isOnControl: boolean
  readonly isWaiting: boolean
  readonly current: 'none' | 'going' | 'talking'
  readonly hasQuickKeys: boolean
}

export type KeyAction =
  | { readonly type: 'digit' | 'tone'; readonly digit: string }
  | { readonly type: 'dial' | 'clear' | 'erase' | 'answer' | 'decline' | 'hangUp' | 'mute' | 'hold' }

export function readShortcut(press: KeyPress, context: KeyContext): KeyAction | undefined {
  if (press.control) return undefined
  if (press.alt) return readAlt(press.code, context)
  if (context.isTyping) return undefined
  if (/^[0-9*#+]$/.test(press.key)) return readDigit(press.key, context)
  switch (press.key) {
    case 'Enter':
      if (context.isOnControl) return undefined
      return { type: context.isWaiting ? 'answer' : 'dial' }
    case 'Escape':
      return { type: context.isWaiting ? 'decline' : 'clear' }
    case 'Backspace':
      return context.current === 'none' && context.hasQuickKeys ? { type: 'erase' } : undefined
    default:
      return undefined
  }
}

function readAlt(code: string, context: KeyContext): KeyAction | undefined {
  if (code === 'KeyA' && context.isWaiting) return { type: 'answer' }
  if (code === 'KeyX' && context.isWaiting) return { type: 'decline' }
  if (code === 'KeyX' && context.current !== 'none') return { type: 'hangUp' }
  if (code === 'KeyM' && context.current === 'talking') return { type: 'mute' }
  if (code === 'KeyH' && context.current === 'talking') return { type: 'hold' }
  return undefined
}

function readDigit(digit: string, context: KeyContext): KeyAction | undefined {
  if (!context.hasQuickKeys) return undefined
  if (context.current === 'talking') return digit === '+' ? undefined : { type: 'tone', digit }
  return { type: 'digit', digit }
}
