import type { LucideIcon } from 'lucide-react'
import { folded } from '../../lib/marked'

/** Something the palette can do. */
export type Command = {
  id: string
  name: string
  /** Said after the name, in grey. */
  detail?: string
  icon: LucideIcon
  /** The keys that do the same without the palette. */
  keys?: readonly string[]
  run: () => unknown
}

/** Commands of one kind, under their heading. */
export type CommandGroup = { name: string; commands: readonly Command[] }

/** The commands whose name or detail has every word that was typed. */
export function matching(commands: readonly Command[], typed: string): readonly Command[] {
  const words = folded(typed).split(/\s+/).filter(Boolean)
  return commands.filter(({ name, detail = '' }) => {
    const text = folded(`${name} ${detail}`)
    return words.every((word) => text.includes(word))
  })
}
