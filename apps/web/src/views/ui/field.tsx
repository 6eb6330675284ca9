// Labelled inputs: the label above, a hint or what is wrong below, tied together for screen readers.
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './field.module.css'
import { Icon, type IconName } from './icon.tsx'

interface Labelled {
  readonly label: string
  readonly hint?: string | undefined
  /** What is wrong, as a sentence. */
  readonly problem?: string | undefined
}

interface TextFieldProps
  extends Labelled,
    Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'id' | 'style'> {
  readonly icon?: IconName
  /** The label is for screen readers only. */
  readonly isLabelHidden?: boolean
  readonly ref?: React.Ref<HTMLInputElement>
}

export function TextField({ label, hint, problem, icon, isLabelHidden, ...input }: TextFieldProps) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem} isLabelHidden={isLabelHidden ?? false}>
      <span className={`${styles.box} ${icon ? styles.withIcon : ''}`}>
        {icon && <Icon name={icon} size={18} />}
        <input
          {...input}
          id={id}
          className={styles.input}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem || hint ? `${id}-note` : undefined}
        />
      </span>
    </FieldFrame>
  )
}

/** Longest extension, in digits. */
const EXTENSION_CHARS_MAX = 6

export function ExtensionField(
  props: Pick<TextFieldProps, 'value' | 'hint' | 'problem' | 'onChange'>,
): ReactNode {
  const { t } = useTranslation()
  return (
    <TextField
      {...props}
      label={t('people.extension')}
      inputMode="numeric"
      maxLength={EXTENSION_CHARS_MAX}
      autoComplete="off"
    />
  )
}

export function PasswordField({
  label,
  hint,
  problem,
  ...input
}: Omit<TextFieldProps, 'icon' | 'isLabelHidden'>) {
  const id = useId()
  const { t } = useTranslation()
  const [isShown, setIsShown] = useState(false)
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem} isLabelHidden={false}>
      <span className={styles.box}>
        <input
          {...input}
          id={id}
          type={isShown ? 'text' : 'password'}
          className={`${styles.input} ${styles.withButton}`}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem || hint ? `${id}-note` : undefined}
          autoCapitalize="none"
          spellCheck={false}
        />
        <button
          type="button"
          className={styles.inside}
          aria-label={isShown ? t('action.hidePassword') : t('action.showPassword')}
          aria-pressed={isShown}
          onClick={() => setIsShown(!isShown)}
        >
          <Icon name="eye" size={18} />
        </button>
      </span>
    </FieldFrame>
  )
}

interface SelectFieldProps
  extends Labelled,
    Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'id' | 'style'> {
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}

export function SelectField({ label, hint, problem, choices, ...select }: SelectFieldProps) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem} isLabelHidden={false}>
      <span className={`${styles.box} ${styles.select}`}>
        <select
          {...select}
          id={id}
          className={styles.input}
          aria-describedby={hint ? `${id}-note` : undefined}
        >
          {choices.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Icon name="forward" size={16} />
      </span>
    </FieldFrame>
  )
}

interface FrameProps extends Labelled {
  readonly id: string
  readonly isLabelHidden: boolean
  readonly children: ReactNode
}

export function FieldFrame({ id, label, hint, problem, isLabelHidden, children }: FrameProps) {
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelHidden ? 'hidden-visually' : styles.label}>
        {label}
      </label>
      {children}
      {problem ? (
        <p id={`${id}-note`} className={styles.problem}>
          <Icon name="warning" size={16} />
          <span>{problem}</span>
        </p>
      ) : (
        hint && (
          <p id={`${id}-note`} className={styles.hint}>
            {hint}
          </p>
        )
      )}
    </div>
  )
}

interface ChoiceOption<Value extends string> {
  readonly value: Value
  readonly label: string
  readonly lang?: string
  /** What choosing this means; shown below while it is chosen. */
  readonly note?: string
}

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly isLabelHidden?: boolean
  readonly value: Value
  readonly choices: readonly ChoiceOption<Value>[]
  readonly onChange: (value: Value) => void
}

/** A few choices side by side: radio buttons that look like one control. */
export function Choice<Value extends string>({
  label,
  isLabelHidden,
  value,
  choices,
  onChange,
}: ChoiceProps<Value>) {
  const name = useId()
  return (
    <fieldset className={styles.choice}>
      <legend className={isLabelHidden ? 'hidden-visually' : styles.label}>{label}</legend>
      <div className={styles.segments}>
        {choices.map((choice) => (
          <label key={choice.value} className={styles.segment} lang={choice.lang}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              aria-describedby={choice.note === undefined ? undefined : `${name}-${choice.value}`}
              onChange={() => onChange(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
      {choices.some(({ note }) => note !== undefined) && (
        <div className={styles.notes}>
          {choices.map((choice) => (
            <p
              key={choice.value}
              id={`${name}-${choice.value}`}
              className={choice.value === value ? styles.note : styles.noteUnseen}
            >
              {choice.note}
            </p>
          ))}
        </div>
      )}
    </fieldset>
  )
}
