// Language, light or dark, and whether digits dial from anywhere.
import { useTranslation } from 'react-i18next'
import { switchLanguage } from '../../i18n/i18n.ts'
import type { UiLanguage } from '../../state/preferences.ts'
import { Choice } from '../ui/field.tsx'
import { useReadable, useServices, useSession } from '../use-services.ts'
import styles from './settings.module.css'

export function LookSection() {
  const { t } = useTranslation()
  const { preferences } = useServices()
  const { theme, hasQuickKeys } = useReadable(preferences.current)
  const { hasTelephony } = useSession()
  return (
    <>
      <div className={styles.card}>
        <LanguageChoice />
        <Choice
          label={t('settings.theme')}
          value={theme}
          choices={[
            { value: 'system', label: t('settings.themeSystem') },
            { value: 'light', label: t('settings.themeLight') },
            { value: 'dark', label: t('settings.themeDark') },
          ]}
          onChange={(next) => preferences.change({ theme: next })}
        />
      </div>
      {hasTelephony && (
        <div className={styles.card}>
          <Choice
            label={t('settings.quickKeys')}
            value={hasQuickKeys ? 'on' : 'off'}
            choices={[
              { value: 'on', label: t('settings.on') },
              { value: 'off', label: t('settings.off') },
            ]}
            onChange={(next) => preferences.change({ hasQuickKeys: next === 'on' })}
          />
          <p className={styles.soft}>{t('settings.quickKeysHint')}</p>
        </div>
      )}
    </>
  )
}

/** Each language under its own name, so that everybody finds theirs. */
export function LanguageChoice({ isLabelHidden }: { isLabelHidden?: boolean }) {
  const { t, i18n } = useTranslation()
  const { preferences } = useServices()
  // The choice shows at once; the words follow when they are loaded.
  const { language: chosen } = useReadable(preferences.current)
  const value: UiLanguage = chosen ?? (i18n.language === 'de' ? 'de' : 'en')
  const choose = (language: UiLanguage): void => {
    preferences.change({ language })
    switchLanguage(language).catch(() => undefined)
  }
  return (
    <Choice
      label={t('settings.language')}
      {...(isLabelHidden ? { isLabelHidden } : {})}
      value={value}
      choices={[
        { value: 'de', label: 'Deutsch', lang: 'de' },
        { value: 'en', label: 'English', lang: 'en' },
      ]}
      onChange={choose}
    />
  )
}
