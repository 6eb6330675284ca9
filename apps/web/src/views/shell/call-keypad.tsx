// Keys that send tones to the other side during a call (RFC 4733), with what was sent so far.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DialPad } from '../phone/dial-pad.tsx'
import { useServices } from '../use-services.ts'
import styles from './call-keypad.module.css'

/** Digits shown; older ones leave on the left. */
const SHOWN_MAX = 24

export function CallKeypad({ call }: { call: string }) {
  const { t } = useTranslation()
  const { phone } = useServices()
  const [sent, setSent] = useState('')
  const press = (digit: string): void => {
    phone.sendDigit(call, digit)
    setSent((before) => (before + digit).slice(-SHOWN_MAX))
  }
  return (
    <fieldset className={styles.keypad}>
      <legend className="hidden-visually">{t('call.keypadTitle')}</legend>
      <output className={styles.sent}>
        {sent === '' ? t('call.keypadTitle') : t('call.sent', { digits: sent })}
      </output>
      <DialPad onPress={press} isSmall />
    </fieldset>
  )
}
