import { Eye, EyeOff } from 'lucide-react'
import { useState, type ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from './field'
import { Icon } from './icon'
import { IconButton } from './icon-button'

type Props = Omit<ComponentProps<typeof Field>, 'type' | 'end'>

/** A password, hidden until one wants to see it. */
export function PasswordField(props: Props) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  return (
    <Field
      {...props}
      type={shown ? 'text' : 'password'}
      end={
        <IconButton
          name={shown ? t('password.hide') : t('password.show')}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="me-1"
        >
          <Icon as={shown ? EyeOff : Eye} size={16} />
        </IconButton>
      }
    />
  )
}
