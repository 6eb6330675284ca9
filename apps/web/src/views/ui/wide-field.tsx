// Fields of forms that are seldom open: several lines of text, a file, a choice to tick.
import { type ChangeEvent, type TextareaHTMLAttributes, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import fieldStyles from './field.module.css'
import { FieldFrame } from './field.tsx'
import styles from './wide-field.module.css'

interface Labelled {
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong, as a sentence. */
  readonly problem?: string | undefined
}

interface TextAreaProps
  extends Labelled,
    Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className' | 'id' | 'style'> {}

export function TextArea({ label, hint, problem, ...area }: TextAreaProps) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem} isLabelHidden={false}>
      <textarea
        rows={4}
        {...area}
        id={id}
        className={`${fieldStyles.input} ${styles.area}`}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem || hint ? `${id}-note` : undefined}
      />
    </FieldFrame>
  )
}

interface FileFieldProps extends Labelled {
  /** As an input takes it: `.csv,text/csv`. */
  readonly accept?: string
  readonly onFile: (file: File | undefined) => void
}

/** The words are ours: a browser's own button speaks the language of the browser. */
export function FileField({ label, hint, problem, accept, onFile }: FileFieldProps) {
  const { t } = useTranslation()
  const id = useId()
  const [name, setName] = useState<string>()
  const onChange = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    setName(target.files?.[0]?.name)
    onFile(target.files?.[0])
  }
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem} isLabelHidden={false}>
      <span className={`${styles.file} ${problem ? styles.wrong : ''}`}>
        <input
          id={id}
          type="file"
          accept={accept}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem || hint ? `${id}-name ${id}-note` : `${id}-name`}
          onChange={onChange}
        />
        <span className={styles.choose} aria-hidden="true">
          {t('action.chooseFile')}
        </span>
        <span id={`${id}-name`} className={styles.fileName}>
          {name ?? t('action.noFile')}
        </span>
      </span>
    </FieldFrame>
  )
}

interface TickProps {
  readonly label: string
  readonly isLabelHidden?: boolean
  readonly isTicked: boolean
  readonly isDisabled?: boolean
  readonly onTick: (isTicked: boolean) => void
}

export function Tick({ label, isLabelHidden, isTicked, isDisabled, onTick }: TickProps) {
  return (
    <label className={styles.tick} title={isLabelHidden ? label : undefined}>
      <input
        type="checkbox"
        checked={isTicked}
        disabled={isDisabled}
        onChange={(event) => onTick(event.target.checked)}
      />
      <span className={isLabelHidden ? 'hidden-visually' : undefined}>{label}</span>
    </label>
  )
}
