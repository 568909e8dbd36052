// The logo: a key whose bow is a rotation arrow.
export function Brand({ size }: { size: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 64 64"
      fill="none"
      stroke="currentColor"
      strokeWidth="6"
      aria-hidden="true"
    >
      <path d="M35.6 18.2A14 14 0 1 0 38 31" strokeLinecap="round" />
      <path d="M38.5 8.5v11h-11" strokeLinecap="round" strokeLinejoin="round" />
      <path d="M34.5 37.5 55 58M48 51l6-6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
