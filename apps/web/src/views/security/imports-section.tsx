// Taking in a list of devices and programs, and what was read of it: nothing is left out in silence.
import type { FleetImported, FleetImportQuery } from '@rufwerk/contract/fleet'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useSecurityWords } from '../../i18n/security-words.ts'
import { securityApi } from '../../platform/security-api.ts'
import { Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Choice } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { FileField } from '../ui/wide-field.tsx'
import styles from './security.module.css'

type Format = FleetImportQuery['format']
const FORMATS: readonly Format[] = ['table', 'osquery', 'collector']
/** What the server takes. */
export const UPLOAD_BYTES_MAX = 16 * 1024 * 1024

export function ImportsSection() {
  const all = useSecurityWords()
  const words = all.importsPage
  const client = useQueryClient()
  const [format, setFormat] = useState<Format>('table')
  const [file, setFile] = useState<File>()
  const [isChecked, setIsChecked] = useState(false)
  const take = useMutation({
    mutationFn: (chosen: File) => securityApi.importList(format, chosen),
    onSuccess: () => client.invalidateQueries({ queryKey: ['exposure'] }),
  })
  const problem =
    file === undefined ? words.fileMissing : file.size > UPLOAD_BYTES_MAX ? words.fileTooBig : undefined
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (file !== undefined && problem === undefined) take.mutate(file)
  }
  return (
    <>
      <header className={styles.title}>
        <h2>{words.title}</h2>
        <p className={styles.soft}>{words.text}</p>
      </header>
      <form onSubmit={onSubmit} noValidate className={styles.card}>
        <Choice
          label={words.format}
          value={format}
          choices={FORMATS.map((value) => ({ value, label: words.formats[value], note: words.notes[value] }))}
          onChange={setFormat}
        />
        <FileField
          label={words.file}
          accept={
            format === 'table' ? '.csv,.txt,text/csv,text/plain' : '.json,.txt,application/json,text/plain'
          }
          problem={isChecked ? problem : undefined}
          onFile={setFile}
        />
        {take.error && <Failure error={take.error} />}
        <div className={styles.actions}>
          <Button type="submit" kind="primary" icon="upload" disabled={take.isPending}>
            {take.isPending ? words.reading : words.read}
          </Button>
        </div>
      </form>
      {take.data && <ImportOutcome imported={take.data} />}
    </>
  )
}

function ImportOutcome({ imported }: { imported: FleetImported }) {
  const { i18n } = useTranslation()
  const words = useSecurityWords().importsPage
  const language = i18n.language.startsWith('de') ? 'de' : 'en'
  const { devices, changes, unread, refused, namesDiffer, cut, remarks, remarksLeft } = imported
  const gaps = [
    unread > 0 && words.unread(unread),
    refused > 0 && words.refused(refused),
    namesDiffer > 0 && words.namesDiffer(namesDiffer),
    cut > 0 && words.cut(cut),
  ].filter((gap) => gap !== false)
  return (
    <div role="status" className={styles.block}>
      <Notice kind={devices === 0 || gaps.length > 0 ? 'warning' : 'good'}>
        <p>{devices === 0 ? words.nothing : words.done(devices, changes)}</p>
        {gaps.map((gap) => (
          <p key={gap}>{gap}</p>
        ))}
        {devices > 0 && <Link href="/security/exposure">{words.toExposure}</Link>}
      </Notice>
      {remarks.length > 0 && (
        <section className={styles.block} aria-label={words.remarks}>
          <h3>{words.remarks}</h3>
          <ul className={styles.plainList}>
            {remarks.map((remark, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two may be alike, and the list never moves.
              <li key={at}>
                {remark.where !== '' && <strong>{words.where(remark.where)}: </strong>}
                {remark[language]}
                {remark.what !== undefined && ` (${remark.what})`}
              </li>
            ))}
          </ul>
          {remarksLeft > 0 && <p className={styles.soft}>{words.remarksLeft(remarksLeft)}</p>}
        </section>
      )}
    </div>
  )
}
