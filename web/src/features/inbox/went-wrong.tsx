type Props = {
  title: string
  /** Why, and what to do. */
  about: string
  /** Meta's number for it, for who wants to look it up. */
  code?: string | undefined
  action?: { name: string; run: () => void; busy?: boolean } | undefined
}

/** Under a bubble that did not arrive: the reason in plain words, what to do, and the way to do it. */
export function WentWrong({ title, about, code, action }: Props) {
  return (
    <div className="flex max-w-[min(560px,94%)] flex-wrap items-center justify-end gap-x-2 self-end text-end text-xs text-danger-text">
      <p>
        <strong className="font-semibold">{title}</strong> {about} {code}
      </p>
      {action && (
        <button
          type="button"
          disabled={action.busy}
          onClick={action.run}
          className="touch-around rounded-chip font-medium text-accent-text hover:underline disabled:text-ink-3"
        >
          {action.name}
        </button>
      )}
    </div>
  )
}
