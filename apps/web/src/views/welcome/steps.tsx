// The three steps of the welcome.
import type { ChangeEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problems, SetupDraft } from '../../state/setup.ts'
import { LanguageChoice } from '../settings/look-section.tsx'
import { Choice, ExtensionField, PasswordField, TextField } from '../ui/field.tsx'
import styles from './welcome.module.css'

interface StepProps {
  readonly draft: SetupDraft
  readonly onChange: (part: Partial<SetupDraft>) => void
}

interface CheckedStepProps extends StepProps {
  readonly problems: Problems
}

export function LanguageStep({ draft, onChange }: StepProps) {
  const { t } = useTranslation()
  return (
    <>
      <Explained text={t('welcome.languageText')}>
        <LanguageChoice isLabelHidden />
      </Explained>
      <Explained text={t('welcome.countryText')}>
        <Choice
          label={t('welcome.country')}
          value={draft.country}
          choices={[
            { value: 'de', label: t('welcome.countryDe') },
            { value: 'us', label: t('welcome.countryUs') },
          ]}
          onChange={(country) => onChange({ country })}
        />
      </Explained>
    </>
  )
}

function Explained({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="stack">
      {children}
      <p className={styles.soft}>{text}</p>
    </div>
  )
}

export function CompanyStep({ draft, problems, onChange }: CheckedStepProps) {
  const { t } = useTranslation()
  const bind = (field: 'company' | 'name' | 'extension' | 'email' | 'password') => ({
    value: draft[field],
    problem: problems[field] && t(problems[field]),
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) => onChange({ [field]: target.value }),
  })
  return (
    <div className="stack">
      <TextField
        {...bind('company')}
        label={t('welcome.company')}
        placeholder={t('welcome.companyPlaceholder')}
        maxLength={80}
        autoComplete="organization"
      />
      <div className={styles.pair}>
        <TextField
          {...bind('name')}
          label={t('welcome.name')}
          placeholder={t('welcome.namePlaceholder')}
          maxLength={80}
          autoComplete="name"
        />
        <ExtensionField {...bind('extension')} hint={t('welcome.extensionHint')} />
      </div>
      <TextField
        {...bind('email')}
        label={t('welcome.email')}
        type="email"
        maxLength={254}
        autoComplete="email"
      />
      <PasswordField
        {...bind('password')}
        label={t('welcome.password')}
        autoComplete="new-password"
        hint={t('settings.passwordHint')}
      />
    </div>
  )
}

export function ColleaguesStep({ draft, problems, onChange }: CheckedStepProps) {
  const { t } = useTranslation()
  const change = (index: number, part: { name?: string; extension?: string }): void => {
    onChange({
      colleagues: draft.colleagues.map((colleague, at) =>
        at === index ? { ...colleague, ...part } : colleague,
      ),
    })
  }
  return (
    <>
      {draft.colleagues.map((colleague, index) => {
        const problem = problems[`extension${index}`]
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: there are always two, in the same order.
          <fieldset key={index} className={styles.colleague}>
            <legend>{t('welcome.colleague', { number: index + 1 })}</legend>
            <TextField
              label={t('welcome.colleagueName')}
              value={colleague.name}
              maxLength={80}
              autoComplete="off"
              onChange={({ target }) => change(index, { name: target.value })}
            />
            <ExtensionField
              value={colleague.extension}
              problem={problem && t(problem)}
              onChange={({ target }) => change(index, { extension: target.value })}
            />
          </fieldset>
        )
      })}
      <p className={styles.soft}>{t('welcome.colleagueHint')}</p>
    </>
  )
}
