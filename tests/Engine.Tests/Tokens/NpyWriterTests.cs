using MuSc.Contracts;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Tokens;

public sealed class NpyWriterTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Data_begin_at_a_multiple_of_64()
    {
        string path = _temp.At("a.npy");
        NpyWriter.WriteAll(path, [1d, 2, 3], 3);
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal(128 + 24, bytes.Length);
        Assert.Equal((byte)'\n', bytes[127]);
        Assert.Contains("'shape': (3,)", System.Text.Encoding.ASCII.GetString(bytes, 0, 128), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_array_leaves_nothing_behind()
    {
        using (NpyWriter writer = NpyWriter.Create(_temp.At("a.npy"), NpyType.Float32, 4))
        {
            writer.Write(0, [1f, 2f]);
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_temp.Folder));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_resource_error()
    {
        JobException error = Assert.Throws<JobException>(() => NpyWriter.Create(_temp.At("none", "a.npy"), NpyType.Float32, 4));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
    }

    [Fact]
    public void Elements_beyond_the_shape_are_refused()
    {
        using NpyWriter writer = NpyWriter.Create(_temp.At("a.npy"), NpyType.Float32, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(3, [1f, 2f]));
    }
}
