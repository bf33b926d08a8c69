import clsx from 'clsx'
import { Icon } from '../../ui/icon'
import { Kbd } from '../../ui/kbd'
import { Marked } from '../../ui/marked'
import type { Command } from './command'

type Props = {
  id: string
  command: Command
  typed: string
  chosen: boolean
  onPoint: () => void
  onRun: () => void
}

/** One line of the palette. The field keeps the focus and does what keys do; the line hears the pointer. */
export function PaletteRow({ id, command, typed, chosen, onPoint, onRun }: Props) {
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above hears the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      onPointerMove={onPoint}
      onClick={onRun}
      className={clsx(
        'flex touch min-h-9 cursor-default items-center gap-3 rounded-control px-2',
        chosen && 'bg-selected',
      )}
    >
      <Icon as={command.icon} size={16} className="text-ink-2" />
      <span className="min-w-0 truncate">
        <bdi>
          <Marked text={command.name} typed={typed} />
        </bdi>
        {command.detail && (
          <span className="ms-2 text-ink-3">
            <bdi>
              <Marked text={command.detail} typed={typed} />
            </bdi>
          </span>
        )}
      </span>
      <span className="ms-auto flex shrink-0 gap-1">
        {command.keys?.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </span>
    </div>
  )
}
