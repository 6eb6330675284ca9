// The three steps of the welcome.
import { useTranslation } from 'react-i18next'
import type { Problems, SetupDraft } from '../../state/setup.ts'
import { LanguageChoice } from '../settings/look-section.tsx'
import { Choice, PasswordField, TextField } from '../ui/field.tsx'
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
      <div className="stack">
        <LanguageChoice isLabelHidden />
        <p className={styles.soft}>{t('welcome.languageText')}</p>
      </div>
      <div className="stack">
        <Choice
          label={t('welcome.country')}
          value={draft.country}
          choices={[
            { value: 'de', label: t('welcome.countryDe') },
            { value: 'us', label: t('welcome.countryUs') },
          ]}
          onChange={(country) => onChange({ country })}
        />
        <p className={styles.soft}>{t('welcome.countryText')}</p>
      </div>
    </>
  )
}

export function CompanyStep({ draft, problems, onChange }: CheckedStepProps) {
  const { t } = useTranslation()
  const say = (field: string): string | undefined => problems[field] && t(problems[field])
  return (
    <div className="stack">
      <TextField
        label={t('welcome.company')}
        placeholder={t('welcome.companyPlaceholder')}
        value={draft.company}
        maxLength={80}
        autoComplete="organization"
        problem={say('company')}
        onChange={({ target }) => onChange({ company: target.value })}
      />
      <div className={styles.pair}>
        <TextField
          label={t('welcome.name')}
          placeholder={t('welcome.namePlaceholder')}
          value={draft.name}
          maxLength={80}
          autoComplete="name"
          problem={say('name')}
          onChange={({ target }) => onChange({ name: target.value })}
        />
        <TextField
          label={t('welcome.extension')}
          inputMode="numeric"
          value={draft.extension}
          maxLength={6}
          autoComplete="off"
          hint={t('welcome.extensionHint')}
          problem={say('extension')}
          onChange={({ target }) => onChange({ extension: target.value })}
        />
      </div>
      <TextField
        label={t('welcome.email')}
        type="email"
        value={draft.email}
        maxLength={254}
        autoComplete="email"
        problem={say('email')}
        onChange={({ target }) => onChange({ email: target.value })}
      />
      <PasswordField
        label={t('welcome.password')}
        value={draft.password}
        autoComplete="new-password"
        hint={t('settings.passwordHint')}
        problem={say('password')}
        onChange={({ target }) => onChange({ password: target.value })}
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
            <TextField
              label={t('welcome.extension')}
              inputMode="numeric"
              value={colleague.extension}
              maxLength={6}
              autoComplete="off"
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
