// Whether the sound of a phone is encrypted (SRTP), with what each choice means and what it takes.
import type { Device } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { Choice } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'

export type Srtp = NonNullable<Device['srtp']>

/** What the server takes when nothing is said. */
export const SRTP_DEFAULT: Srtp = 'off'

const CHOICES: readonly Srtp[] = ['off', 'on', 'required']

interface SrtpChoiceProps {
  readonly value: Srtp
  /** Where phones register over TLS; undefined where they cannot. */
  readonly tlsPort: number | undefined
  readonly onChange: (value: Srtp) => void
}

export function SrtpChoice({ value, tlsPort, onChange }: SrtpChoiceProps) {
  const { t } = useTranslation()
  return (
    <>
      <Choice
        label={t('srtp.label')}
        value={value}
        choices={CHOICES.map((choice) => ({
          value: choice,
          label: t(`srtp.${choice}`),
          note: t(`srtp.${choice}Text`),
        }))}
        onChange={onChange}
      />
      {tlsPort !== undefined && <Notice kind="note">{t('srtp.tls', { port: tlsPort })}</Notice>}
    </>
  )
}
