// What the server refused, as a sentence in the person's language.
import { useTranslation } from 'react-i18next'
import { failureOf, RequestFailed } from '../../platform/api.ts'
import { Button } from './button.tsx'
import styles from './notice.module.css'
import { Notice } from './notice.tsx'

const WAIT_SECONDS_DEFAULT = 60

export function useFailureSentence(error: unknown): string {
  const { t } = useTranslation()
  const seconds = error instanceof RequestFailed ? error.retryAfterSeconds : undefined
  return t(`error.${failureOf(error)}`, { count: seconds ?? WAIT_SECONDS_DEFAULT })
}

export function Failure({ error }: { error: unknown }) {
  const sentence = useFailureSentence(error)
  return <Notice kind="problem">{sentence}</Notice>
}

interface LoadFailureProps {
  readonly error: unknown
  /** In the middle column, which has no margins of its own. */
  readonly isInList?: boolean
  readonly onRetry: () => unknown
}

/** In place of what could not be loaded, with a button to try again. */
export function LoadFailure({ error, isInList, onRetry }: LoadFailureProps) {
  const { t } = useTranslation()
  return (
    <div className={`${styles.failure} ${isInList ? styles.inList : ''}`}>
      <Failure error={error} />
      <Button onClick={onRetry}>{t('action.retry')}</Button>
    </div>
  )
}
