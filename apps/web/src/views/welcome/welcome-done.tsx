// The end of the welcome: call the echo, and links for the colleagues.
import type { SetupResult } from '@rufwerk/contract'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { useServices } from '../use-services.ts'
import { Stage } from './stage.tsx'
import styles from './welcome.module.css'

interface WelcomeDoneProps {
  readonly links: SetupResult['colleagueLinks']
  /** False where the defence runs alone: there is no echo to call. */
  readonly hasTelephony: boolean
  readonly onFinished: () => void
}

export function WelcomeDone({ links, hasTelephony, onFinished }: WelcomeDoneProps) {
  const { t } = useTranslation()
  const { phone } = useServices()
  const dialEcho = (): void => {
    phone.dialWhenReady('*43')
    onFinished()
  }
  return (
    <Stage
      title={t(hasTelephony ? 'welcome.doneTitle' : 'welcome.guardTitle')}
      lead={t(hasTelephony ? 'welcome.doneText' : 'welcome.guardText')}
      hasLanguage={false}
      isWide
    >
      {hasTelephony && (
        <Button kind="green" size="large" icon="phone" isWide onClick={dialEcho}>
          {t('welcome.dialEcho')}
        </Button>
      )}
      {links.length > 0 && (
        <section className="stack">
          <h2>{t('welcome.linksTitle')}</h2>
          <p className={styles.soft}>{t('welcome.linksText')}</p>
          {links.map((link) => (
            <CopyField
              key={link.url}
              label={t('welcome.linkFor', { name: link.name })}
              value={link.url}
              isLink
            />
          ))}
        </section>
      )}
      <Button isWide onClick={onFinished}>
        {t(hasTelephony ? 'welcome.toPhone' : 'welcome.toDevices')}
      </Button>
    </Stage>
  )
}
