using MuSc.Contracts;

namespace MuSc.Features.Tests.Backbones;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", null)]
    [InlineData("cuda", 0)]
    [InlineData("CUDA:3", 3)]
    public void Parse_reads_what_it_names(string text, int? cuda) => Assert.Equal(new Device(cuda), Device.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cpu:0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:1")]
    public void Parse_refuses_the_rest(string text) => Assert.Throws<FormatException>(() => Device.Parse(text));

    [Fact]
    public void Names_are_read_back() => Assert.All([new Device(null), new Device(0), new Device(7)], device => Assert.Equal(device, Device.Parse(device.ToString())));
}
