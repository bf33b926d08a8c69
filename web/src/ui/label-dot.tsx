import clsx from 'clsx'

const colours = {
  gray: 'bg-label-gray',
  red: 'bg-label-red',
  orange: 'bg-label-orange',
  yellow: 'bg-label-yellow',
  green: 'bg-label-green',
  teal: 'bg-label-teal',
  blue: 'bg-label-blue',
  purple: 'bg-label-purple',
  pink: 'bg-label-pink',
}

/** A colour a label can have. */
type LabelColour = keyof typeof colours

/** All colours, in their order. */
export const labelColours = Object.keys(colours) as LabelColour[]

type Props = { colour: LabelColour; className?: string }

/** The colour of a label; its name stands beside it. */
export function LabelDot({ colour, className }: Props) {
  return <span aria-hidden className={clsx('size-2 shrink-0 rounded-full', colours[colour], className)} />
}
