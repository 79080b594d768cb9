using System.Runtime.InteropServices;
using MuSc.Engine.Tiles;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tests.Tiles;

public sealed class SparseDotsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Unpack_PackedDots_GivesTheSameBits(double kept)
    {
        Random random = new(1);
        foreach (int length in (int[])[1, 63, 64, 65, 1000])
        {
            float[] dots = new float[length];
            for (int index = 0; index < length; index++)
            {
                dots[index] = random.NextDouble() < kept ? random.NextSingle() - 0.5f : float.NegativeInfinity;
            }

            (byte[] present, byte[] values) = Pack(dots, 1, 1, _ => []);
            float[] back = new float[length];
            SparseDots.Unpack(present, values, back);
            Assert.Equal(dots, back);
            Assert.True(present.Length + values.Length <= length * sizeof(float));
        }
    }

    [Fact]
    public void Pack_FewDots_TakesTheirBytesAndTheBits()
    {
        float[] dots = new float[6400];
        Array.Fill(dots, float.NegativeInfinity);
        dots[77] = 0.25f;
        (byte[] present, byte[] values) = Pack(dots, 1, 1, _ => []);
        Assert.Equal((800, 4), (present.Length, values.Length));
    }

    [Fact]
    public void Pack_Floors_LeavesOutWhatDoesNotExceedThem()
    {
        float[] dots = [.. Enumerable.Range(0, 2 * 100 * 3).Select(index => index % 7 / 7f)];
        float[][] floors = [[0.3f, 1, 1], [1, 0.8f, 1]];
        (byte[] present, byte[] values) = Pack(dots, 2, 3, image => floors[image]);
        float[] back = new float[dots.Length];
        SparseDots.Unpack(present, values, back);
        Assert.Equal(dots.Select((dot, index) => dot > floors[index / 300][index % 3] ? dot : float.NegativeInfinity), back);
    }

    [Fact]
    public void Unpack_BitsAndValuesThatDoNotBelongTogether_Throws()
    {
        float[] dots = [.. Enumerable.Range(0, 100).Select(index => index < 50 ? index : float.NegativeInfinity)];
        (byte[] present, byte[] values) = Pack(dots, 1, 1, _ => []);
        Assert.Throws<ArgumentException>(() => SparseDots.Unpack(present, values.AsSpan(4), new float[100]));
        Assert.Throws<ArgumentException>(() => SparseDots.Unpack(present, [.. values, 0, 0, 0, 0], new float[100]));
        Assert.Throws<ArgumentException>(() => SparseDots.Unpack(present, values, new float[40]));
    }

    private static (byte[] Present, byte[] Values) Pack(float[] dots, int images, int patches, ImageFloats floors)
    {
        float[] packed = [.. dots];
        ulong[] present = new ulong[SparseDots.Words(dots.Length)];
        Array.Fill(present, ulong.MaxValue);
        (int words, int values) = SparseDots.Pack(packed, images, patches, floors, present);
        return (MemoryMarshal.AsBytes(present.AsSpan(0, words)).ToArray(), MemoryMarshal.AsBytes(packed.AsSpan(0, values)).ToArray());
    }
}
