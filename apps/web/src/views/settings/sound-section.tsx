// Which microphone, which loudspeaker, where it rings, and a meter that shows whether one is heard.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AudioDevice, CAN_CHOOSE_SPEAKER } from '../../platform/audio-devices.ts'
import { measureLevel } from '../../platform/level-meter.ts'
import { openMicrophone, stopStream, troubleOf } from '../../platform/microphone.ts'
import { showPercent } from '../../state/quality.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { useLocale, useReadable, useServices } from '../use-services.ts'
import styles from './settings.module.css'

export function SoundSection() {
  const { t } = useTranslation()
  const { preferences, devices, tones } = useServices()
  const locale = useLocale()
  const chosen = useReadable(preferences.current)
  const { microphones, speakers } = useReadable(devices.current)
  const choices = (list: readonly AudioDevice[]) => [
    { value: '', label: t('settings.systemDefault') },
    ...list.map(({ id, name }, index) => ({
      value: id,
      label: name || t('settings.unnamed', { number: index + 1 }),
    })),
  ]
  return (
    <>
      <div className={styles.card}>
        <SelectField
          label={t('settings.microphone')}
          choices={choices(microphones)}
          value={chosen.microphone ?? ''}
          onChange={({ target }) => preferences.change({ microphone: target.value || undefined })}
        />
        <MicrophoneTest key={chosen.microphone ?? ''} />
      </div>
      <div className={styles.card}>
        {CAN_CHOOSE_SPEAKER ? (
          <>
            <SelectField
              label={t('settings.speaker')}
              choices={choices(speakers)}
              value={chosen.speaker ?? ''}
              onChange={({ target }) => preferences.change({ speaker: target.value || undefined })}
            />
            <SelectField
              label={t('settings.ringDevice')}
              choices={choices(speakers)}
              value={chosen.ringDevice ?? ''}
              onChange={({ target }) => preferences.change({ ringDevice: target.value || undefined })}
            />
          </>
        ) : (
          <Notice kind="note">{t('settings.noSinks')}</Notice>
        )}
        <div className={styles.range}>
          <label htmlFor="ring-volume">{t('settings.volume')}</label>
          <input
            id="ring-volume"
            type="range"
            min={0}
            max={100}
            step={5}
            value={Math.round(chosen.ringVolume * 100)}
            aria-valuetext={showPercent(chosen.ringVolume, locale, 0)}
            onChange={({ target }) => preferences.change({ ringVolume: Number(target.value) / 100 })}
          />
        </div>
        <div className={styles.line}>
          <Button icon="sound" onClick={() => tones.tryRing()}>
            {t('settings.testRing')}
          </Button>
        </div>
      </div>
    </>
  )
}

function MicrophoneTest() {
  const { t } = useTranslation()
  const { preferences, devices } = useServices()
  const [stream, setStream] = useState<MediaStream>()
  const [trouble, setTrouble] = useState<string>()
  const fill = useRef<HTMLDivElement>(null)
  const [percent, setPercent] = useState(0)

  useEffect(() => {
    if (!stream) return
    let shownAt = 0
    const meter = measureLevel(stream, (level) => {
      if (fill.current) fill.current.style.transform = `scaleX(${level.toFixed(3)})`
      // Screen readers need a number now and then, not sixty a second.
      if (performance.now() - shownAt < 500) return
      shownAt = performance.now()
      setPercent(Math.round(level * 100))
    })
    return () => {
      meter[Symbol.dispose]()
      stopStream(stream)
    }
  }, [stream])

  const start = (): void => {
    setTrouble(undefined)
    openMicrophone(preferences.current.get().microphone).then(
      (opened) => {
        devices.refresh()
        setStream(opened)
      },
      (error: unknown) => setTrouble(troubleOf(error)),
    )
  }
  return (
    <>
      {stream && (
        <>
          <div className={styles.line}>
            <span>{t('settings.level')}</span>
            {/* biome-ignore lint/a11y/useSemanticElements: <meter> cannot take our colours. */}
            <div
              className={styles.meter}
              role="meter"
              aria-label={t('settings.level')}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={percent}
            >
              <div ref={fill} className={styles.meterFill} />
            </div>
          </div>
          <p className={styles.soft}>{t('settings.levelHint')}</p>
        </>
      )}
      {trouble && <Notice kind="problem">{t(`end.${trouble}`)}</Notice>}
      <div className={styles.line}>
        <Button icon={stream ? 'close' : 'mic'} onClick={() => (stream ? setStream(undefined) : start())}>
          {t(stream ? 'settings.stopTest' : 'settings.testMicrophone')}
        </Button>
      </div>
    </>
  )
}
