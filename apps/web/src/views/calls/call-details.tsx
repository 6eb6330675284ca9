// One call: a sentence that explains it, the facts, the steps, and how each side sounded.
import type { CallDetail, CallRecord, CallStep, Quality } from '@rufwerk/contract'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, failureOf } from '../../platform/api.ts'
import { explainRecord } from '../../state/explain.ts'
import { HIDDEN_NUMBER, showNumber } from '../../state/number.ts'
import { codecName, showPercent, wordOf } from '../../state/quality.ts'
import { summarize } from '../../state/record.ts'
import { showExactly, showLength, showMoment } from '../../state/time.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { LoadFailure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, LoadingRows } from '../ui/notice.tsx'
import { QualityWord } from '../ui/quality-line.tsx'
import { TermList } from '../ui/term-list.tsx'
import { useLocale, useServices, useSession } from '../use-services.ts'
import styles from './calls-page.module.css'
import { forwardingWord } from './forwarding-words.ts'

export function CallDetails({ id }: { id: string }) {
  const { t } = useTranslation()
  const query = useQuery<CallDetail>({ queryKey: ['calls', 'one', id], queryFn: () => api.call(id) })
  if (query.isPending)
    return (
      <div className={styles.detail}>
        <LoadingRows label={t('app.loading')} rows={4} />
      </div>
    )
  if (query.error && !query.data) {
    if (failureOf(query.error) === 'not-found') {
      return <Empty icon="search" title={t('calls.goneTitle')} text={t('calls.goneText')} />
    }
    return (
      <div className={styles.detail}>
        <LoadFailure error={query.error} onRetry={query.refetch} />
      </div>
    )
  }
  const { call, events, quality } = query.data
  return (
    <article className={styles.detail} aria-label={t('calls.details')}>
      <Head call={call} />
      <Facts call={call} />
      <section className={styles.block}>
        <h3>{t('quality.label')}</h3>
        {quality.length === 0 ? (
          <p className={styles.headSub}>{t('quality.none')}</p>
        ) : (
          <div className={styles.legs}>
            {quality.map((leg) => (
              <Leg key={leg.leg} role={leg.role} quality={leg.quality} />
            ))}
          </div>
        )}
      </section>
      {events.length > 0 && (
        <section className={styles.block}>
          <h3>{t('calls.steps')}</h3>
          <ol className={styles.steps}>
            {events.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are a list in order that only grows.
              <Step key={index} step={step} />
            ))}
          </ol>
        </section>
      )}
    </article>
  )
}

function Head({ call }: { call: CallRecord }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { phone } = useServices()
  const { tenant } = useSession()
  const { name, number, isEcho, outcome, talkedMs } = summarize(call)
  const sentence = explainRecord(call, showLength(talkedMs ?? 0))
  const isHidden = number === HIDDEN_NUMBER
  const shown = isHidden ? t('phone.hiddenNumber') : showNumber(number, tenant.country)
  const title = isEcho ? t('phone.echoName') : name === number ? shown : name
  const hasFailed = outcome === 'missed' || outcome === 'not-reached'
  return (
    <>
      <header className={styles.head}>
        <Avatar name={title} size="large" />
        <div className={styles.headWords}>
          <h2>{title}</h2>
          <p className={styles.headSub}>
            {title !== shown && <span>{shown} · </span>}
            <span className={styles.moment}>{showMoment(call.startedAt, locale)}</span>
          </p>
        </div>
        {!isHidden && (
          <div className={styles.headCall}>
            <Button
              kind="green"
              icon="phone"
              isWide
              onClick={() => phone.dial(number, name === number ? undefined : name)}
            >
              {t('action.call')}
            </Button>
          </div>
        )}
      </header>
      <p className={`${styles.sentence} ${hasFailed ? styles.sentenceFailed : ''}`}>
        {hasFailed && <Icon name="warning" />}
        <span>{t(sentence.key, { ...sentence.values })}</span>
      </p>
    </>
  )
}

function Facts({ call }: { call: CallRecord }) {
  const { t, i18n } = useTranslation()
  const { tenant } = useSession()
  const { isEcho, talkedMs } = summarize(call)
  const rangUntil = call.answeredAt ?? call.endedAt
  const party = (who: CallRecord['from']): string => {
    if (who.extension === HIDDEN_NUMBER) return who.name || t('phone.hiddenNumber')
    const number = showNumber(who.extension, tenant.country)
    return who.name && who.name !== who.extension ? `${who.name} (${number})` : number
  }
  const answerer = (who: NonNullable<CallRecord['answeredBy']>): string => {
    if (who.kind === 'outside') return showNumber(who.number, tenant.country)
    return who.kind === 'system' ? t('calls.system') : who.name
  }
  return (
    <TermList
      terms={[
        { name: t('calls.from'), value: party(call.from) },
        {
          name: t('calls.to'),
          value: call.to
            ? party(call.to)
            : call.why.values.name
              ? `${call.why.values.name} (${call.dialled})`
              : isEcho
                ? `${t('phone.echoName')} (${call.dialled})`
                : showNumber(call.dialled, tenant.country),
        },
        call.forwardings && {
          name: forwardingWord('forwardedBy', i18n.language),
          value: call.forwardings
            .map(({ by, why }) => `${party(by)} (${forwardingWord(why, i18n.language)})`)
            .join(', '),
        },
        call.ringingAt === undefined
          ? undefined
          : { name: t('calls.rang'), value: showLength(rangUntil - call.ringingAt) },
        talkedMs === undefined ? undefined : { name: t('calls.talked'), value: showLength(talkedMs) },
        call.answeredBy && {
          name: t('calls.answeredBy'),
          value: answerer(call.answeredBy),
        },
        {
          name: t('calls.cause'),
          value: t('calls.causeText', { status: call.status, cause: call.cause }),
        },
      ]}
    />
  )
}

function Leg({ role, quality }: { role: 'caller' | 'callee'; quality: Quality }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const total = quality.packetsReceived + quality.lost
  const loss = total === 0 ? 0 : (quality.lost / total) * 100
  const word = quality.mos === undefined ? undefined : wordOf(quality.mos)
  return (
    <section className={styles.leg} aria-label={t(`quality.${role}`)}>
      <div className={styles.legHead}>
        <h4>{t(`quality.${role}`)}</h4>
        {word && quality.mos !== undefined && (
          <QualityWord
            quality={{ word, mos: quality.mos, loss: loss / 100, jitterMs: quality.jitterMs, history: [] }}
          />
        )}
      </div>
      <TermList
        isTight
        terms={[
          quality.mos === undefined
            ? undefined
            : { name: t('quality.score'), value: numbers.format(quality.mos) },
          { name: t('quality.loss'), value: showPercent(loss / 100, locale, 1) },
          { name: t('quality.jitter'), value: `${numbers.format(quality.jitterMs)} ms` },
          quality.roundTripMs === undefined
            ? undefined
            : { name: t('quality.roundTrip'), value: `${numbers.format(quality.roundTripMs)} ms` },
          { name: t('quality.codec'), value: codecName(quality.codec) },
        ]}
      />
      {quality.isEncrypted && (
        <p className={styles.legNote}>
          <Icon name="lock" size={14} /> {t('quality.encrypted')}
        </p>
      )}
      <p className={styles.legNote}>
        {t(quality.isRelayed ? 'quality.relayed' : 'quality.transcoded')}
        {' · '}
        {t('quality.packets', {
          received: numbers.format(quality.packetsReceived),
          lost: numbers.format(quality.lost),
        })}
      </p>
    </section>
  )
}

/** What of a step's detail says something to a reader; identifiers do not. */
const STEP_FACTS = ['dialled', 'digit', 'trunk', 'slot', 'status', 'cause', 'codec'] as const

/** Whose doing, the rule that decided, and what the phones said. */
function useStepFacts({ type, why, detail = {} }: CallStep): readonly string[] {
  const { t } = useTranslation()
  const known = STEP_FACTS.filter((name) => detail[name] !== undefined)
  return [
    ...(type === 'ended' && detail.by !== undefined ? [t(`calls.by.${detail.by}`)] : []),
    ...(why ? [t(`calls.rule.${why.rule}`, { defaultValue: why.rule })] : []),
    ...(why?.values.place === undefined ? [] : [t(`calls.place.${why.values.place}`, why.values)]),
    ...known.map((name) => t(`calls.fact.${name}`, { value: detail[name] })),
  ]
}

function Step({ step }: { step: CallStep }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const facts = useStepFacts(step)
  return (
    <li className={styles.step}>
      <time dateTime={new Date(step.at).toISOString()}>{showExactly(step.at, locale)}</time>
      <span className={styles.stepDot} aria-hidden="true" />
      <span>
        {t(`calls.step.${step.type}`, { defaultValue: step.type })}
        {facts.length > 0 && <span className={styles.stepDetail}> · {facts.join(' · ')}</span>}
      </span>
    </li>
  )
}
