// A new version of Rufwerk may bring codes that the dial plan does not have. An admin takes them, or does not
// want to hear of them any more; until then they are named here.
import type { DialPlanState, NewCodesAnswer } from '@rufwerk/contract/dial-plan'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { request } from '../../platform/api.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Notice } from '../ui/notice.tsx'
import styles from './new-codes.module.css'
import { deedOf, newCodesWords } from './new-codes-words.ts'

const KEY = ['dial-plan']
/** Not among what every page can ask: this is for admins, and loaded late. */
const readPlan = () => request<DialPlanState>('GET', '/dial-plan')
/** More are shown when somebody asks: who has no plan yet is told of nearly all. */
const CODES_SHOWN_MAX = 5

/** Nothing, unless there are some. */
export function NewCodes() {
  const { i18n } = useTranslation()
  const client = useQueryClient()
  const { data } = useQuery<DialPlanState>({ queryKey: KEY, queryFn: readPlan, retry: false })
  const answer = useMutation({
    mutationFn: (body: NewCodesAnswer) => request<DialPlanState>('POST', '/dial-plan/codes', body),
    onSuccess: (state) => {
      client.setQueryData(KEY, state)
      // The button that had it is gone.
      document.getElementById('content')?.focus()
    },
    // The plan may be another one by now: what is offered is asked for again.
    onError: () => {
      client.invalidateQueries({ queryKey: KEY }).catch(() => undefined)
    },
  })
  const words = newCodesWords(i18n.language)
  const codes = data?.newCodes ?? []
  if (data === undefined || (codes.length === 0 && !answer.isSuccess)) return null
  if (codes.length === 0)
    return (
      <div className={styles.place} role="status">
        <Notice kind="good">{answer.variables?.add.length ? words.taken : words.left}</Notice>
      </div>
    )
  const reply = (add: string[]) => answer.mutate({ expected: data.version, add })
  return (
    <section className={styles.place} aria-label={words.title(codes.length)}>
      <Notice kind="note">
        <div className={styles.body}>
          <h2>{words.title(codes.length)}</h2>
          <p>{words.text}</p>
          <CodeList codes={codes} />
          {answer.error && <Failure error={answer.error} />}
          <div className={styles.actions}>
            <Button
              kind="primary"
              disabled={answer.isPending}
              onClick={() => reply(codes.map(({ code }) => code))}
            >
              {words.take}
            </Button>
            <Button disabled={answer.isPending} onClick={() => reply([])}>
              {words.leave}
            </Button>
          </div>
          <p className={styles.soft}>{words.leaveText}</p>
        </div>
      </Notice>
    </section>
  )
}

function CodeList({ codes }: { codes: DialPlanState['newCodes'] }) {
  const { i18n } = useTranslation()
  const list = (
    <dl className={styles.codes}>
      {codes.map(({ code, does }) => (
        <div key={code} className={styles.code}>
          <dt>{code}</dt>
          <dd>{deedOf(does, i18n.language)}</dd>
        </div>
      ))}
    </dl>
  )
  if (codes.length <= CODES_SHOWN_MAX) return list
  return (
    <details className={styles.more}>
      <summary>{newCodesWords(i18n.language).show}</summary>
      {list}
    </details>
  )
}
