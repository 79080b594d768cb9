using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class BlockFloorsTests
{
    [Theory]
    [InlineData(0.5f)]
    [InlineData(-0.5f)]
    [InlineData(0.1f)]
    [InlineData(0.99951f)]
    [InlineData(-0.00001f)]
    [InlineData(1e-30f)]
    [InlineData(0f)]
    [InlineData(1f)]
    public void Below_Dot_IsLowerAndClose(float dot)
    {
        float floor = (float)BlockFloors.Below(dot);
        Assert.True(floor < dot);
        Assert.InRange(dot - floor, 0, 0.001f);
    }

    [Fact]
    public void Below_NegativeInfinity_StaysThat()
    {
        Assert.Equal(Half.NegativeInfinity, BlockFloors.Below(float.NegativeInfinity));
    }
}
