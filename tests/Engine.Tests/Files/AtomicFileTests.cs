using MuSc.Engine.Files;

namespace MuSc.Engine.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-atomic").FullName;

    private string Target => Path.Combine(_folder, "a.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Completed_ReplacesTheFileAndLeavesNothingElse()
    {
        File.WriteAllText(Target, "before");
        AtomicFile.Write(Target, file => file.Write("after"u8), flushToDisk: true);
        Assert.Equal("after", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void WriteThatThrows_LeavesTheFileAsItWas()
    {
        File.WriteAllText(Target, "before");
        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(Target, file =>
        {
            file.Write("after"u8);
            throw new InvalidDataException();
        }));
        Assert.Equal("before", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void UntilCompleted_TheFileHasNoName()
    {
        using (AtomicFile file = new(Target))
        {
            RandomAccess.Write(file.Stream.SafeFileHandle, "later"u8, 3);
            Assert.False(File.Exists(Target));
            Assert.EndsWith(AtomicFile.Extension, Assert.Single(Directory.GetFiles(_folder)), StringComparison.Ordinal);
            RandomAccess.Write(file.Stream.SafeFileHandle, "now"u8, 0);
            file.Complete();
        }

        Assert.Equal("nowlater", File.ReadAllText(Target));
    }
}
