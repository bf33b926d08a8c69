import { useTranslation } from 'react-i18next'
import { PasswordField } from './password-field'

/** A change of password as it is typed. */
export type NewPassword = { current: string; new: string; again: string }

/** Nothing typed yet. */
export const noPassword: NewPassword = { current: '', new: '', again: '' }

type Props = {
  value: NewPassword
  /** What is wrong with single fields, in words. */
  problems: Readonly<Record<string, string>>
  onChange: (value: NewPassword) => void
}

/** The old password, the new one, and the new one again. */
export function NewPasswordFields({ value, problems, onChange }: Props) {
  const { t } = useTranslation()
  const differ = value.again !== '' && value.again !== value.new
  const input = (name: keyof NewPassword) => ({
    label: t(`newPassword.${name}`),
    autoComplete: name === 'current' ? 'current-password' : 'new-password',
    required: true,
    value: value[name],
    onChange: (event: { target: HTMLInputElement }) => onChange({ ...value, [name]: event.target.value }),
  })
  return (
    <>
      <PasswordField {...input('current')} problem={problems.current} />
      <PasswordField {...input('new')} minLength={12} problem={problems.new} hint={t('newPassword.hint')} />
      <PasswordField {...input('again')} problem={differ ? t('newPassword.differ') : undefined} />
    </>
  )
}
