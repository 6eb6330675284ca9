// Keys for the whole page: digits dial, Enter calls, Esc clears; with Alt letters answer, mute, hold, end.
import { useEffect } from 'react'
import { useLocation } from 'wouter'
import type { Services } from '../../services.ts'
import { chooseDial } from '../../state/dialler.ts'
import { currentCall, isWaiting } from '../../state/phone.ts'
import { type KeyAction, type KeyContext, readShortcut } from '../../state/shortcut.ts'
import { usePeople, useServices } from '../use-services.ts'

const TYPING =
  'input:not([type=radio]):not([type=range]), textarea, select, [contenteditable=true], [role=dialog]'

/** `isOn`: there is a phone that keys are for. */
export function useKeyboard(isOn: boolean): void {
  const services = useServices()
  const { people } = usePeople()
  const [, go] = useLocation()
  useEffect(() => {
    if (!isOn) return undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      const { target } = event
      if (event.defaultPrevented || event.isComposing || !(target instanceof Element)) return
      const action = readShortcut(
        { key: event.key, code: event.code, alt: event.altKey, control: event.ctrlKey || event.metaKey },
        contextOf(services, target),
      )
      if (!action) return
      event.preventDefault()
      if (action.type === 'digit') go('/phone')
      if (action.type === 'dial') {
        const choice = chooseDial(people, services.dialler.text.get())
        if (choice.type !== 'number' || !services.phone.dial(choice.number, choice.name)) return
        services.dialler.clear()
      } else perform(services, action)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [services, people, go, isOn])
}

function contextOf({ phone, preferences }: Services, target: Element): KeyContext {
  const { calls } = phone.state.get()
  const current = currentCall(calls)
  return {
    isTyping: target.closest(TYPING) !== null,
    isOnControl: target.closest('button, a, summary') !== null,
    isWaiting: calls.some(isWaiting),
    current:
      !current || current.state === 'ended' ? 'none' : current.state === 'talking' ? 'talking' : 'going',
    hasQuickKeys: preferences.current.get().hasQuickKeys,
  }
}

function perform({ phone, dialler }: Services, action: Exclude<KeyAction, { type: 'dial' }>): void {
  const { calls } = phone.state.get()
  const waiting = calls.find(isWaiting)?.id ?? ''
  const current = currentCall(calls)
  switch (action.type) {
    case 'digit':
      dialler.press(action.digit)
      break
    case 'tone':
      phone.sendDigit(current?.id ?? '', action.digit)
      break
    case 'erase':
      dialler.backspace()
      break
    case 'clear':
      if (current?.state === 'ended') phone.dismiss(current.id)
      dialler.clear()
      break
    case 'answer':
      phone.answer(waiting)
      break
    case 'decline':
      phone.decline(waiting)
      break
    case 'hangUp':
      phone.hangUp(current?.id ?? '')
      break
    case 'mute':
      phone.toggleMute(current?.id ?? '')
      break
    case 'hold':
      phone.toggleHold(current?.id ?? '')
      break
  }
}
