import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button'
import { Icon } from './icon'

type Props = {
  /** What happened, then what was kept and what to do. */
  title: string
  children?: ReactNode
  /** The next step, when there is one. */
  action?: { name: string; run: () => void } | undefined
}

/** Something failed: what happened, what was kept, what to do. */
export function ErrorBox({ title, children, action }: Props) {
  return (
    <div role="alert" className="flex gap-3 rounded-card border border-danger-line bg-danger-soft p-3">
      <Icon as={CircleAlert} size={16} className="mt-0.5 text-danger-text" />
      <div className="min-w-0 grow text-sm">
        <p className="font-semibold">{title}</p>
        {children && <div className="text-ink-2">{children}</div>}
      </div>
      {action && (
        <Button size="small" onClick={action.run}>
          {action.name}
        </Button>
      )}
    </div>
  )
}
