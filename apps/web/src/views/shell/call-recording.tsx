// Whether the call is recorded, as a dot and words, and what one may do about that.
import type { CallView } from '@rufwerk/contract'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../platform/api.ts'
import type { Call } from '../../state/call.ts'
import { actsOf, type RecordingAct, viewOfCall, wordsOf } from '../../state/recording.ts'
import { Button } from '../ui/button.tsx'
import type { IconName } from '../ui/icon.tsx'
import { useReadable, useServices } from '../use-services.ts'
import styles from './call-recording.module.css'
import { type RecordingWord, recordingWord } from './recording-words.ts'

const ICONS: Readonly<Record<RecordingAct, IconName>> = {
  begin: 'record',
  pause: 'pause',
  resume: 'record',
  stop: 'close',
}

/** A row below the call; none where nothing is recorded and nobody may have it recorded. */
export function CallRecording({ call }: { call: Call }) {
  const { live, phone } = useServices()
  const { views } = useReadable(live.state)
  const { calls } = useReadable(phone.state)
  const view = viewOfCall(call, calls, views)
  if (view === undefined || (view.recording === undefined && !view.mayRecord)) return null
  return <RecordingRow key={view.call} view={view} />
}

function RecordingRow({ view }: { view: CallView }) {
  const { i18n } = useTranslation()
  const t = (word: RecordingWord): string => recordingWord(word, i18n.language)
  const change = useMutation({ mutationFn: (act: RecordingAct) => api.recordCall(view.call, act) })
  const state = view.recording ?? 'off'
  return (
    <div className={`${styles.row} ${styles[state]}`}>
      <p className={styles.words} role="status">
        <span className={styles.dot} aria-hidden="true" />
        {t(wordsOf(view.recording, change.isError ? change.variables : undefined))}
      </p>
      {actsOf(view).map((act) => (
        <Button
          key={act}
          size="small"
          kind="quiet"
          icon={ICONS[act]}
          aria-label={t(act)}
          disabled={change.isPending}
          onClick={() => change.mutate(act)}
        >
          {t(`${act}Word`)}
        </Button>
      ))}
    </div>
  )
}
