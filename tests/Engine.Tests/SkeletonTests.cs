namespace MuSc.Engine.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Root_is_found() => Assert.True(File.Exists(Path.Combine(Shared.Root, "LICENSE")));
}
