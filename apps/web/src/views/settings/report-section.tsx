// "My virus scanner flags this", for everybody: what was seen, and the checksum of the file.
import type { SuspicionReport } from '@rufwerk/contract/cases'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useCasesWords } from '../../i18n/security-words.ts'
import { sha256Of } from '../../platform/file-hash.ts'
import { reportSuspicion } from '../../platform/security-api.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Failure } from '../ui/failure.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { FileField, TextArea } from '../ui/wide-field.tsx'
import styles from './settings.module.css'

const WORDS_CHARS_MAX = 4_000
const NAME_CHARS_MAX = 512

interface HashedFile {
  readonly name: string
  /** Undefined: it could not be computed. */
  readonly sha256: string | undefined
}

export function ReportSection() {
  const words = useCasesWords().report
  const [file, setFile] = useState<HashedFile>()
  const [said, setSaid] = useState('')
  const [product, setProduct] = useState('')
  const [version, setVersion] = useState('')
  const [isChecked, setIsChecked] = useState(false)
  const report = useMutation({ mutationFn: (body: SuspicionReport) => reportSuspicion(body) })
  const isEmpty = said.trim() === '' && file === undefined
  const onFile = async (chosen: File | undefined): Promise<void> => {
    setFile(chosen && { name: chosen.name, sha256: await sha256Of(chosen) })
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    setIsChecked(true)
    if (isEmpty) return
    report.mutate({
      ...{ hashes: file?.sha256 === undefined ? [] : [file.sha256], words: said.trim() },
      ...(file && { fileName: file.name.slice(0, NAME_CHARS_MAX) }),
      ...(product.trim() !== '' && { product: product.trim() }),
      ...(version.trim() !== '' && { version: version.trim() }),
    })
  }
  const onAgain = (): void => {
    for (const empty of [setSaid, setProduct, setVersion]) empty('')
    setFile(undefined)
    setIsChecked(false)
    report.reset()
  }
  if (report.data)
    return (
      <div className={styles.card} role="status">
        <Notice kind="good">
          <p>{words.thanks}</p>
          <p>{words.how[report.data.how]}</p>
        </Notice>
        <p>{words.next}</p>
        <CopyField label={words.receipt} value={report.data.receipt} />
        <div>
          <Button onClick={onAgain}>{words.again}</Button>
        </div>
      </div>
    )
  return (
    <form onSubmit={onSubmit} noValidate className={styles.card}>
      <p>{words.lead}</p>
      <TextArea
        label={words.words}
        hint={words.wordsHint}
        value={said}
        maxLength={WORDS_CHARS_MAX}
        problem={isChecked && isEmpty ? words.nothing : undefined}
        onChange={({ target }) => setSaid(target.value)}
      />
      <FileField label={words.file} hint={words.fileHint} onFile={(chosen) => void onFile(chosen)} />
      {file && file.sha256 === undefined && <Notice kind="warning">{words.fileUnread}</Notice>}
      <TextField
        label={words.product}
        value={product}
        maxLength={NAME_CHARS_MAX}
        autoComplete="off"
        onChange={({ target }) => setProduct(target.value)}
      />
      <TextField
        label={words.version}
        value={version}
        maxLength={NAME_CHARS_MAX}
        autoComplete="off"
        onChange={({ target }) => setVersion(target.value)}
      />
      {report.error && <Failure error={report.error} />}
      <div>
        <Button type="submit" kind="primary" disabled={report.isPending}>
          {report.isPending ? words.sending : words.send}
        </Button>
      </div>
    </form>
  )
}
