import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { Icon } from './icon'

const item =
  'touch flex w-full cursor-pointer items-center gap-2 rounded-chip px-2 py-1.5 text-start text-sm outline-none select-none data-highlighted:bg-hover'

type Props = {
  /** The button that opens it. */
  trigger: ReactNode
  children: ReactNode
  side?: ComponentProps<typeof DropdownMenu.Content>['side']
  align?: ComponentProps<typeof DropdownMenu.Content>['align']
  /** For who opens it with a key, too. */
  open?: boolean
  onOpenChange?: (open: boolean) => void
}

/** A menu behind a button. */
export function Menu({ trigger, children, side = 'bottom', align = 'end', ...state }: Props) {
  return (
    <DropdownMenu.Root {...state}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-80 min-w-56 appear rounded-card border border-line bg-raised p-1 shadow-high"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

type ItemProps = { onSelect: () => void; children: ReactNode; danger?: boolean }

/** Something a menu does. */
export function MenuItem({ onSelect, children, danger = false }: ItemProps) {
  return (
    <DropdownMenu.Item onSelect={onSelect} className={`${item} ${danger ? 'text-danger-text' : ''}`}>
      {children}
    </DropdownMenu.Item>
  )
}

type ChoiceProps<T extends string> = {
  name: string
  value: T
  options: readonly { value: T; name: string; about?: string }[]
  onChange: (value: T) => void
}

/** One of a few in a menu. */
export function MenuChoice<T extends string>({ name, value, options, onChange }: ChoiceProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={(v) => onChange(v as T)} aria-label={name}>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-2xs font-medium text-ink-3">{name}</DropdownMenu.Label>
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={item}>
          <span className="grow">
            {option.name}
            {option.about && <span className="block text-xs text-ink-3">{option.about}</span>}
          </span>
          <DropdownMenu.ItemIndicator>
            <Icon as={Check} size={16} className="text-accent-text" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

type TickProps = { on: boolean; onChange: (on: boolean) => void; children: ReactNode }

/** One of several in a menu that may hold together; the menu stays open. */
export function MenuTick({ on, onChange, children }: TickProps) {
  return (
    <DropdownMenu.CheckboxItem
      checked={on}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
      className={item}
    >
      <span className="flex min-w-0 grow items-center gap-2">{children}</span>
      <DropdownMenu.ItemIndicator>
        <Icon as={Check} size={16} className="text-accent-text" />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.CheckboxItem>
  )
}

/** What a group of a menu is about. */
export function MenuTitle({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-2xs font-medium text-ink-3">{children}</DropdownMenu.Label>
  )
}

/** A line between groups of a menu. */
export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />
}

/** A link in a menu. */
export function MenuLink({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Item asChild className={item}>
      {children}
    </DropdownMenu.Item>
  )
}
