// The call on the phone page, large: who, how long, and how it sounds. The call bar above holds the buttons.
import { useTranslation } from 'react-i18next'
import type { Call } from '../../state/call.ts'
import { showNumber } from '../../state/number.ts'
import { type CallQuality, codecName, showPercent } from '../../state/quality.ts'
import { useNameOf } from '../shell/announcer.tsx'
import { CallLength, CallStateWord } from '../shell/call-bar.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { QualityLine, QualityWord } from '../ui/quality-line.tsx'
import { TermList } from '../ui/term-list.tsx'
import { useLocale, useSession } from '../use-services.ts'
import styles from './call-stage.module.css'

export function CallStage({ call }: { call: Call }) {
  const nameOf = useNameOf()
  const { tenant } = useSession()
  const name = nameOf(call)
  const number = showNumber(call.party.number, tenant.country)
  const isRinging = call.state === 'ringing' || call.state === 'calling'
  return (
    <div className={styles.stage}>
      <span className={isRinging ? styles.pulse : styles.still}>
        <Avatar name={name} size="huge" />
      </span>
      <div className={styles.words}>
        <h2 className={styles.name}>{name}</h2>
        {number !== name && <p className={styles.number}>{number}</p>}
      </div>
      {call.state === 'talking' ? (
        <p className={styles.length}>
          <CallLength since={call.since} />
        </p>
      ) : null}
      <p className={styles.state}>
        <CallStateWord call={call} />
      </p>
      {call.state === 'talking' && call.quality && <QualityCard quality={call.quality} />}
    </div>
  )
}

function QualityCard({ quality }: { quality: CallQuality }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const format = (value: number, digits: number): string =>
    new Intl.NumberFormat(locale, {
      maximumFractionDigits: digits,
      minimumFractionDigits: digits,
    }).format(value)
  return (
    <section className={styles.card} aria-label={t('quality.label')}>
      <div className={styles.cardHead}>
        <QualityWord quality={quality} />
        <QualityLine quality={quality} />
      </div>
      <TermList
        isTight
        terms={[
          { name: t('quality.loss'), value: showPercent(quality.loss, locale, 1) },
          { name: t('quality.jitter'), value: `${format(quality.jitterMs, 0)} ms` },
          quality.roundTripMs === undefined
            ? undefined
            : { name: t('quality.roundTrip'), value: `${format(quality.roundTripMs, 0)} ms` },
          { name: t('quality.score'), value: format(quality.mos, 1) },
          quality.codec === undefined
            ? undefined
            : { name: t('quality.codec'), value: codecName(quality.codec) },
        ]}
      />
    </section>
  )
}
