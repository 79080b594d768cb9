using MuSc.Contracts;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Tokens;

public sealed class NpyFileTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(NpyType.Float16)]
    [InlineData(NpyType.Float32)]
    [InlineData(NpyType.Float64)]
    public void Written_arrays_are_read_back_in_parts(NpyType type)
    {
        // Longer than the parts that are converted at a time; whole numbers below 2048 are exact in half precision.
        float[] values = [.. Enumerable.Range(0, 70_000).Select(i => (float)(i % 2048))];
        string path = _temp.At("a.npy");
        using (NpyWriter writer = NpyWriter.Create(path, type, 7, 10_000))
        {
            writer.Write(40_000, values.AsSpan(40_000));
            writer.Write(0, values.AsSpan(0, 40_000));
            writer.Complete();
        }

        using NpyFile file = NpyFile.Open(path);
        Assert.Equal([7, 10_000], file.Shape);
        Assert.Equal(type, file.Type);
        float[] part = new float[50_001];
        file.Read(19_999, part);
        Assert.Equal(values[19_999..], part);
        Assert.Equal(values.Select(value => (double)value), NpyFile.ReadDoubles(path));
    }

    [Theory]
    [InlineData("|b1", new byte[] { 0, 1, 1 }, new[] { 0d, 1, 1 })]
    [InlineData("|u1", new byte[] { 0, 7, 255 }, new[] { 0d, 7, 255 })]
    [InlineData("<i4", new byte[] { 255, 255, 255, 255, 1, 0, 0, 0 }, new[] { -1d, 1 })]
    [InlineData("<i8", new byte[] { 254, 255, 255, 255, 255, 255, 255, 255 }, new[] { -2d })]
    [InlineData("=f4", new byte[] { 0, 0, 128, 63 }, new[] { 1d })]
    public void Other_kinds_of_elements_are_converted(string descr, byte[] data, double[] expected)
    {
        string path = Save(1, $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({expected.Length},), }}", data);
        Assert.Equal(expected, NpyFile.ReadDoubles(path));
        Assert.Equal(expected.Select(value => (float)value), NpyFile.ReadSingles(path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Format_versions_1_to_3_are_read(byte version)
    {
        string path = Save(version, "{'descr': '<f4', 'fortran_order': False, 'shape': ()}", [0, 0, 128, 63]);
        using NpyFile file = NpyFile.Open(path);
        Assert.Empty(file.Shape);
        Assert.Equal([1f], NpyFile.ReadSingles(path));
    }

    [Theory]
    [InlineData(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", 4, "Fortran order")]
    [InlineData(1, "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 4, "type |O")]
    [InlineData(1, "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4, "type >f4")]
    [InlineData(1, "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4, "a structure")]
    [InlineData(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 20, "4 bytes are missing")]
    [InlineData(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000), }", 4, "larger than any file")]
    [InlineData(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 4, "damaged")]
    [InlineData(1, "nothing of use", 4, "damaged")]
    [InlineData(9, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 4, "version 9.0")]
    public void What_cannot_be_used_is_an_input_error_that_says_why(byte version, string head, int bytes, string reason)
    {
        string path = Save(version, head, new byte[bytes]);
        JobException error = Assert.Throws<JobException>(() => NpyFile.Open(path));
        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_input_error()
    {
        JobException error = Assert.Throws<JobException>(() => NpyFile.Open(_temp.At("none.npy")));
        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains("no such file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_but_never_crash()
    {
        string path = _temp.At("whole.npy");
        NpyWriter.WriteAll(path, [.. Enumerable.Range(0, 60).Select(i => (float)i)], 3, 20);
        byte[] whole = File.ReadAllBytes(path);
        Random random = new(20261122);
        int refused = 0;
        for (int variant = 0; variant < 300; variant++)
        {
            byte[] bytes = variant % 3 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int flips = variant % 3; flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(Math.Min(bytes.Length, 128))] = (byte)random.Next(256);
            }

            string damaged = _temp.At("damaged.npy");
            File.WriteAllBytes(damaged, bytes);
            try
            {
                _ = NpyFile.ReadSingles(damaged);
            }
            catch (JobException error)
            {
                Assert.Equal(JobErrorKind.Input, error.Kind);
                refused++;
            }
        }

        Assert.InRange(refused, 100, 299);
    }

    [SharedFact("golden", "small")]
    public void Arrays_of_NumPy_are_read()
    {
        using NpyFile tokens = NpyFile.Open(Shared.At("golden", "small", "tokens.npy"));
        Assert.Equal([4, 12, 65, 32], tokens.Shape);
        Assert.All(NpyFile.ReadSingles(tokens.FilePath), value => Assert.True(float.IsFinite(value)));
    }

    private string Save(byte version, string head, byte[] data)
    {
        string path = _temp.At("made.npy");
        byte[] length = version == 1 ? [(byte)head.Length, 0] : [(byte)head.Length, 0, 0, 0];
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, version, 0, .. length, .. System.Text.Encoding.ASCII.GetBytes(head), .. data]);
        return path;
    }
}
