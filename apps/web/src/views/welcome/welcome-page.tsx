// The welcome: language, company and admin, two colleagues; then "call *43 now" and the links for colleagues.
import type { SetupResult } from '@rufwerk/contract'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, RequestFailed } from '../../platform/api.ts'
import {
  emptyDraft,
  problemsOf,
  type SetupDraft,
  type SetupStep,
  setupRequest,
  stepOf,
} from '../../state/setup.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { Notice } from '../ui/notice.tsx'
import { Stage } from './stage.tsx'
import { ColleaguesStep, CompanyStep, LanguageStep } from './steps.tsx'
import styles from './welcome.module.css'
import { WelcomeDone } from './welcome-done.tsx'

interface WelcomePageProps {
  readonly token: string | undefined
  readonly hasTelephony: boolean
  /** From here on the welcome stays until it is finished, although somebody is signed in. */
  readonly onStarted: () => void
  readonly onFinished: () => void
}

const STEPS = ['stepLanguage', 'stepCompany', 'stepColleagues'] as const

export function WelcomePage({ token, hasTelephony, onStarted, onFinished }: WelcomePageProps) {
  const { t, i18n } = useTranslation()
  const language = i18n.language === 'de' ? 'de' : 'en'
  const [draft, setDraft] = useState(() => emptyDraft(language, navigator.language === 'en-US' ? 'us' : 'de'))
  const [step, setStep] = useState<SetupStep>(1)
  const [isChecked, setIsChecked] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const setUp = useMutation<SetupResult>({
    mutationFn: () => api.setUp(setupRequest({ ...draft, language }, token ?? '')),
    onMutate: onStarted,
    onError: (error) => {
      if (error instanceof RequestFailed && error.field !== undefined) go(stepOf(error.field))
    },
  })
  const go = (next: SetupStep): void => {
    setIsChecked(false)
    setStep(next)
  }
  // A new step is read out from its heading.
  useEffect(() => {
    if (step > 1) heading.current?.focus()
  }, [step])

  if (token === undefined) {
    return (
      <Stage title={t('welcome.noToken')}>
        <Notice kind="note">{t('welcome.noTokenText')}</Notice>
      </Stage>
    )
  }
  if (setUp.data)
    return (
      <WelcomeDone links={setUp.data.colleagueLinks} hasTelephony={hasTelephony} onFinished={onFinished} />
    )

  const change = (part: Partial<SetupDraft>): void => {
    if (setUp.error) setUp.reset()
    setDraft({ ...draft, ...part })
  }
  const problems = problemsOf(draft, step)
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    if (Object.keys(problems).length > 0) setIsChecked(true)
    else if (step === 3) setUp.mutate()
    else go(step === 1 ? 2 : 3)
  }
  const shown = isChecked ? problems : {}
  return (
    <Stage
      title={t(['', 'welcome.title', 'welcome.companyTitle', 'welcome.colleaguesTitle'][step] ?? '')}
      lead={t(['', 'welcome.lead', 'welcome.companyText', 'welcome.colleaguesText'][step] ?? '')}
      titleRef={heading}
      hasLanguage={false}
      isWide
    >
      <Progress step={step} />
      <form className={styles.form} onSubmit={onSubmit} noValidate>
        {step === 1 && <h2>{t('welcome.languageTitle')}</h2>}
        {step === 1 && <LanguageStep draft={draft} onChange={change} />}
        {step === 2 && <CompanyStep draft={draft} problems={shown} onChange={change} />}
        {step === 3 && <ColleaguesStep draft={draft} problems={shown} onChange={change} />}
        {setUp.error && <Failure error={setUp.error} />}
        <div className={styles.buttons}>
          {step > 1 && (
            <Button size="large" kind="quiet" onClick={() => go(step === 3 ? 2 : 1)}>
              {t('action.back')}
            </Button>
          )}
          <Button type="submit" kind="primary" size="large" disabled={setUp.isPending}>
            {t(step === 3 ? 'welcome.finish' : 'action.next')}
          </Button>
        </div>
      </form>
    </Stage>
  )
}

function Progress({ step }: { step: SetupStep }) {
  const { t } = useTranslation()
  return (
    <ol className={styles.progress} aria-label={t('welcome.step', { step })}>
      {STEPS.map((name, index) => {
        const number = index + 1
        const state = number < step ? styles.past : number === step ? styles.present : ''
        return (
          <li key={name} className={state} aria-current={number === step ? 'step' : undefined}>
            <span className={styles.number}>{number < step ? <Icon name="check" size={16} /> : number}</span>
            <span className={styles.stepName}>{t(`welcome.${name}`)}</span>
          </li>
        )
      })}
    </ol>
  )
}
