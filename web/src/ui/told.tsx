import { Link } from '@tanstack/react-router'
import { buttonLook } from './button'

type Props = { title: string; about: string; action: string; to: '/sign-in' | '/forgot' }

/** A page before one is in that only says something: that mail is on its way, that a link does not work. */
export function Told({ title, about, action, to }: Props) {
  return (
    <div className="grid justify-items-start gap-3">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="text-md text-ink-2">{about}</p>
      <Link to={to} className={buttonLook({ size: 'large' })}>
        {action}
      </Link>
    </div>
  )
}
