;; The end of a JSON string, sixteen bytes at a time. `npm run wasm` writes what follows from this to string-end-wasm.ts.
(module
  ;; The bytes to look through stand at 0, in one page. The last load may read 15 bytes behind it, which takes another.
  (memory (export "memory") 2)

  ;; Offset just behind the first quote in [from, until) that an even number of backslashes stands in front of; those in front
  ;; of `from` do not count. -1 where there is none.
  (func (export "stringEnd") (param $from i32) (param $until i32) (result i32)
    (local $at i32)     ;; of the block that is looked at
    (local $quotes i32) ;; a bit for each of its bytes
    (local $quote i32)
    (local $run i32)    ;; where the backslashes in front of the quote begin
    (loop $search
      (local.set $at (local.get $from))
      (block $found
        (loop $blocks
          (if (i32.ge_u (local.get $at) (local.get $until))
            (then (return (i32.const -1))))
          (local.set $quotes
            (i8x16.bitmask
              (i8x16.eq (v128.load (local.get $at)) (i8x16.splat (i32.const 0x22)))))
          (br_if $found (local.get $quotes))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $blocks)))
      (local.set $quote (i32.add (local.get $at) (i32.ctz (local.get $quotes))))
      (if (i32.ge_u (local.get $quote) (local.get $until))
        (then (return (i32.const -1))))
      (local.set $run (local.get $quote))
      (block $counted
        (loop $backslashes
          (br_if $counted (i32.le_u (local.get $run) (local.get $from)))
          (br_if $counted
            (i32.ne (i32.load8_u (i32.sub (local.get $run) (i32.const 1))) (i32.const 0x5c)))
          (local.set $run (i32.sub (local.get $run) (i32.const 1)))
          (br $backslashes)))
      (local.set $from (i32.add (local.get $quote) (i32.const 1)))
      ;; An odd number, and the quote is a part of the string.
      (br_if $search (i32.and (i32.sub (local.get $quote) (local.get $run)) (i32.const 1))))
    (local.get $from)))
