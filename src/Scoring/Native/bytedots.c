/* 8-bit dot products for bounds (NearestPatch/ByteDots.cs): the one instruction of the pruned kernel that .NET does not
   offer. Optional: without it bounds come from float32 directions alone, and every result is the same. */
#include <immintrin.h>
#include <stdint.h>

#define WIDTH 48 /* patches of a panel: three vectors of sixteen */
#define NATIVE __attribute__((target("avx512f,avx512bw,avx512vnni")))

int musc_byte_dots_supported(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
}

/* sum += the four products of each lane of `columns` (unsigned) with the four bytes at `row` (signed). */
#define ADD(sum, columns, row) __asm__ volatile("vpdpbusd %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(columns), "m"(*(row)))
#define ROWS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

/* tile[r][c] += row_scales[r] * column_scales[c] * sum over k of rows[r][k] * columns[c][k], exact in integers.
   rows, columns: panels [quads x 48 x 4]; row_sums: each row's sum over k; tile: [48 x 48],
   of which row_count rows, filled up to a multiple of 8, are wanted. */
NATIVE void musc_add_byte_dots(
    const int32_t *rows, const int8_t *columns, int quads, const int32_t *row_sums,
    const float *row_scales, const float *column_scales, int row_count, float *tile)
{
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    for (int group = 0; group < row_count; group += 8, rows += 8, row_sums += 8, row_scales += 8, tile += 8 * WIDTH) {
        /* The instruction takes one factor unsigned: columns enter as value + 128, which adds 128 times the row's sum. */
#define START(r) __m512i s##r##0 = _mm512_set1_epi32(-128 * row_sums[r]), s##r##1 = s##r##0, s##r##2 = s##r##0;
        ROWS(START)
        const int32_t *a = rows;
        const int8_t *b = columns;
        for (int quad = 0; quad < quads; quad++, a += WIDTH, b += WIDTH * 4) {
            __m512i b0 = _mm512_xor_si512(_mm512_loadu_si512(b), flip);
            __m512i b1 = _mm512_xor_si512(_mm512_loadu_si512(b + 64), flip);
            __m512i b2 = _mm512_xor_si512(_mm512_loadu_si512(b + 128), flip);
#define STEP(r) ADD(s##r##0, b0, a + r); ADD(s##r##1, b1, a + r); ADD(s##r##2, b2, a + r);
            ROWS(STEP)
        }
#define PUT(r, v) { \
            float *at = tile + r * WIDTH + v * 16; \
            __m512 factor = _mm512_mul_ps(_mm512_set1_ps(row_scales[r]), _mm512_loadu_ps(column_scales + v * 16)); \
            _mm512_storeu_ps(at, _mm512_fmadd_ps(factor, _mm512_cvtepi32_ps(s##r##v), _mm512_loadu_ps(at))); }
#define END(r) PUT(r, 0) PUT(r, 1) PUT(r, 2)
        ROWS(END)
    }
}
