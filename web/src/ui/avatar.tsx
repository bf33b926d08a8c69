import clsx from 'clsx'
import { UserRound } from 'lucide-react'
import { initials } from '../lib/initials'
import { Icon } from './icon'

const sizes = {
  tiny: 'size-4 text-[8px]',
  small: 'size-5 text-[9px]',
  medium: 'size-8 text-xs',
  row: 'size-9 text-xs',
}

type Props = { name: string; size?: keyof typeof sizes; me?: boolean }

/** A person: a circle with the initials. One's own and colleagues' are in the people's colour. */
export function Avatar({ name, size = 'medium', me = false }: Props) {
  const letters = initials(name)
  return (
    <span
      aria-hidden="true"
      className={clsx(
        'grid shrink-0 place-items-center rounded-full border font-semibold',
        sizes[size],
        me ? 'border-accent-line bg-accent-soft text-accent-text' : 'border-line bg-hover text-ink-2',
      )}
    >
      {letters === '' ? <Icon as={UserRound} size={size === 'tiny' ? 10 : 16} /> : letters}
    </span>
  )
}
